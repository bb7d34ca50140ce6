import { z } from 'zod';
import { setActiveWorkspace } from '../../store/people/people.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';
import { personOf } from '../sign-in.js';

export const postActiveWorkspace = defineRoute({
  name: 'postActiveWorkspace',
  method: 'POST',
  path: '/active-workspace',
  access: 'own_account',
  summary: 'Choose the workspace that this session works in.',
  body: { workspaceId: z.guid() },
  answer: 'nothing',
  handle: async ({ db, asker }, { body }) => {
    const { memberships, session } = personOf(asker);
    if (!memberships.some(({ workspaceId }) => workspaceId === body.workspaceId)) throw notFound('workspace');
    await setActiveWorkspace(db, session.id, body.workspaceId);
  },
});
