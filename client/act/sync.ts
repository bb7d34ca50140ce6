import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { dailyScheduleId } from '../../domain/ids.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { permits } from '../../domain/connection.js';
import { listGrants } from '../../store/connection/grants.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { NotPermitted } from '../errors/not-permitted.js';
import { callTemporal } from '../temporal.js';

/** Runs the daily sync of the connection's accounts now; one that is running is followed by it, never overlapped. */
export const sync = async (context: Context, id: ConnectionId): Promise<readonly AccountId[]> => {
  const { phase } = await requireConnection(context, id);
  const permission = permits(phase, 'sync');
  if (!permission.allowed) throw new NotPermitted(permission.reason);
  const accounts = (await listGrants(context.db, id)).map(({ accountId }) => accountId);
  for (const accountId of accounts) {
    try {
      await callTemporal(context, 'run the daily sync', () =>
        context.temporal.schedule.getHandle(dailyScheduleId(accountId)).trigger(ScheduleOverlapPolicy.BUFFER_ONE),
      );
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new NotPermitted(`The account ${accountId} has no daily schedule in Temporal.`, {
        nextStep: 'It is restored within a day by itself, and at once by `xads pause` and `xads resume`.',
        cause: error,
      });
    }
  }
  return accounts;
};
