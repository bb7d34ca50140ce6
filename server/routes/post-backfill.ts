import { z } from 'zod';
import { backfillStartedShape } from '../../client/answers.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const postBackfill = defineRoute({
  name: 'postBackfill',
  method: 'POST',
  path: '/connections/:id/backfill',
  access: 'run_connection',
  summary: 'Imports a range of days, as far as they are due.',
  params: { id: z.string() },
  repeatable: true,
  body: {
    from: z.string(),
    to: z.string(),
    accounts: z.array(z.string()).optional(),
    refetch: z.boolean().optional(),
  },
  answer: backfillStartedShape,
  status: 202,
  handle: async (context, { params: { id }, body }) => {
    const started = await context.importer.backfill(id, body);
    await noteConnection(context, context.connection, 'connection.backfill_asked', {
      became: {
        from: started.range.from,
        to: started.range.to,
        accounts: started.accounts,
        requestId: started.requestId,
      },
    });
    return started;
  },
});
