import { z } from 'zod';
import { keepChoiceDraft } from '../../store/connection/choice-drafts.js';
import { choiceDraftFields } from '../choice-draft.js';
import { defineRoute } from '../route.js';

export const putDraft = defineRoute({
  name: 'putDraft',
  method: 'PUT',
  path: '/connections/:id/draft',
  access: 'change_connection',
  summary: 'Keeps what is chosen of a connection that is being set up, until it is saved. Nothing is checked yet.',
  params: { id: z.string() },
  body: choiceDraftFields,
  answer: 'nothing',
  handle: async ({ db, connection }, { body }) => await keepChoiceDraft(db, connection.id, body),
});
