import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { listApiKeys } from '../../store/people/api-keys.js';
import { namesOf } from '../../store/people/people.js';
import { defineRoute } from '../route.js';

const apiKeyShape = z.strictObject({
  id: z.guid(),
  name: z.string(),
  /** Its beginning, by which people tell keys apart. */
  prefix: z.string(),
  scope: z.enum(['read', 'read_write']),
  createdByName: z.string(),
  createdAt: instantShape,
  expiresAt: instantShape.exactOptional(),
  lastUsedAt: instantShape.exactOptional(),
});

export const getApiKeys = defineRoute({
  name: 'getApiKeys',
  method: 'GET',
  path: '/api-keys',
  access: 'manage_api_keys',
  summary: 'The API keys of the workspace, newest first. Each is shown whole only when it is made.',
  answer: z.strictObject({ apiKeys: z.array(apiKeyShape) }),
  handle: async ({ db, viewer }) => {
    const keys = await listApiKeys(db, viewer.workspaceId);
    const names = await namesOf(
      db,
      keys.map(({ createdBy }) => createdBy),
    );
    return {
      apiKeys: keys.map(({ id, name, prefix, scope, createdBy, createdAt, expiresAt, lastUsedAt }) => ({
        id,
        name,
        prefix,
        scope,
        createdByName: names.get(createdBy) ?? createdBy,
        createdAt,
        ...(expiresAt === null ? {} : { expiresAt }),
        ...(lastUsedAt === null ? {} : { lastUsedAt }),
      })),
    };
  },
});
