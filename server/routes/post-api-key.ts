import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { createApiKey } from '../../store/people/api-keys.js';
import { note } from '../audit.js';
import { defineRoute } from '../route.js';
import { nameShape } from '../shapes.js';

export const postApiKey = defineRoute({
  name: 'postApiKey',
  method: 'POST',
  path: '/api-keys',
  access: 'manage_api_keys',
  summary: 'Make an API key of the workspace; it is shown only here.',
  body: {
    name: nameShape,
    scope: z.enum(['read', 'read_write']),
    /** (Default: it does not expire) */
    expiresInDays: z.int().min(1).max(3_650).exactOptional(),
  },
  answer: z.strictObject({ id: z.guid(), key: z.string(), expiresAt: instantShape.exactOptional() }),
  status: 201,
  handle: async (context, { body: { name, scope, expiresInDays } }) =>
    await context.db.transaction(async (tx) => {
      const { workspaceId, personId } = context.viewer;
      const made = await createApiKey(tx, { workspaceId, name, scope, createdBy: personId, days: expiresInDays });
      await note(tx, context, {
        action: 'api_key.made',
        subjectKind: 'api_key',
        subjectId: made.id,
        subjectName: name,
        became: { scope, expiresInDays: expiresInDays ?? null },
      });
      return { id: made.id, key: made.key, ...(made.expiresAt === null ? {} : { expiresAt: made.expiresAt }) };
    }),
});
