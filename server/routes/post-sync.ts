import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { noteConnection } from '../note-connection.js';

const syncedAccountShape = z.strictObject({
  accountId: z.string(),
  /** Absent where it begins now. */
  runningSince: instantShape.exactOptional(),
});
import { defineRoute } from '../route.js';

export const postSync = defineRoute({
  name: 'postSync',
  method: 'POST',
  path: '/connections/:id/sync',
  access: 'run_connection',
  summary: 'Starts the daily sync now. An account whose sync runs already joins it.',
  params: { id: z.string() },
  repeatable: true,
  answer: z.strictObject({ accounts: z.array(syncedAccountShape) }),
  status: 202,
  handle: async (context, { params: { id } }) => {
    const { importer, connection } = context;
    const { runs } = await importer.status(id);
    const daily = runs.filter(({ kind, state }) => kind === 'daily' && state === 'running');
    const running = new Map(daily.map(({ accountId, startedAt }) => [accountId, startedAt]));
    const accounts = await importer.sync(id, { joins: true });
    await noteConnection(context, connection, 'connection.sync_asked');
    return {
      accounts: accounts.map((accountId) => {
        const runningSince = running.get(accountId);
        return { accountId, ...(runningSince === undefined ? {} : { runningSince }) };
      }),
    };
  },
});
