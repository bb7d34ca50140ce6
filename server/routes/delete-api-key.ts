import { z } from 'zod';
import { revokeApiKey } from '../../store/people/api-keys.js';
import { note } from '../audit.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';

export const deleteApiKey = defineRoute({
  name: 'deleteApiKey',
  method: 'DELETE',
  path: '/api-keys/:apiKeyId',
  access: 'manage_api_keys',
  summary: 'Revoke an API key: from now on it opens nothing.',
  params: { apiKeyId: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { apiKeyId } }) => {
    await context.db.transaction(async (tx) => {
      const name = await revokeApiKey(tx, context.viewer.workspaceId, apiKeyId);
      if (name === undefined) throw notFound('API key');
      await note(tx, context, {
        action: 'api_key.revoked',
        subjectKind: 'api_key',
        subjectId: apiKeyId,
        subjectName: name,
      });
    });
  },
});
