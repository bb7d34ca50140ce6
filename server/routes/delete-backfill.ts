import { z } from 'zod';
import { backfillsCancelledShape } from '../../client/answers.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const deleteBackfill = defineRoute({
  name: 'deleteBackfill',
  method: 'DELETE',
  path: '/connections/:id/backfill',
  access: 'run_connection',
  summary: 'Cancels manual backfills; what has landed stays.',
  params: { id: z.string() },
  query: { request: z.string().optional(), accounts: z.string().optional() },
  answer: backfillsCancelledShape,
  handle: async (context, { params: { id }, query: { request, accounts } }) => {
    const cancelled = await context.importer.cancelBackfills(id, {
      requestId: request,
      accounts: accounts?.split(','),
      timeout: 5_000,
    });
    await noteConnection(context, context.connection, 'connection.backfill_cancelled');
    return cancelled;
  },
});
