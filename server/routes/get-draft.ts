import { z } from 'zod';
import { getChoiceDraft } from '../../store/connection/choice-drafts.js';
import { choiceDraftShape, draftOf } from '../choice-draft.js';
import { defineRoute } from '../route.js';

export const getDraft = defineRoute({
  name: 'getDraft',
  method: 'GET',
  path: '/connections/:id/draft',
  access: 'change_connection',
  summary: 'What was chosen and not saved yet; else what is in force.',
  params: { id: z.string() },
  answer: choiceDraftShape,
  handle: async ({ db, connection }) => draftOf(connection, await getChoiceDraft(db, connection.id)),
});
