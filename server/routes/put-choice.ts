import { z } from 'zod';
import { choiceShape, chosenShape } from '../../client/answers.js';
import { forgetChoiceDraft } from '../../store/connection/choice-drafts.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

const { accounts, history, wait, dailyAt, lookBack } = choiceShape.unwrap().shape;

export const putChoice = defineRoute({
  name: 'putChoice',
  method: 'PUT',
  path: '/connections/:id/choice',
  access: 'change_connection',
  summary: 'Chooses accounts, history and wait; the import begins. What is left out stays.',
  params: { id: z.string() },
  body: {
    accounts: accounts.optional(),
    history: history.optional(),
    wait: wait.optional(),
    dailyAt: dailyAt.optional(),
    lookBack: lookBack.optional(),
  },
  answer: chosenShape,
  handle: async (context, { params: { id }, body }) => {
    const was = context.connection.choice;
    const chosen = await context.importer.choose(id, body);
    await forgetChoiceDraft(context.db, id);
    await noteConnection(context, context.connection, 'connection.chosen', {
      ...(was === null ? {} : { was: { ...was } }),
      became: { ...chosen.choice },
    });
    return chosen;
  },
});
