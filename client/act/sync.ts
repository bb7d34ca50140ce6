import { ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { permits } from '../../domain/connection.js';
import { dailyScheduleId } from '../../domain/ids.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { listVisibleGrants } from '../../store/connection/grants.js';
import { type Context, requireConnection } from '../context.js';
import { NotPermitted } from '../errors.js';
import type { SyncOptions } from '../options.js';
import { callTemporal, isWorkflowGone, restoreStep } from '../temporal.js';

/** Starts the daily sync of the connection's accounts now; where one is running, the next follows it. */
export const startDailySyncs = async (
  context: Context,
  id: ConnectionId,
  { joins = false }: SyncOptions = {},
): Promise<readonly AccountId[]> => {
  const { phase } = await requireConnection(context, id);
  const permission = permits(phase, 'sync');
  if (!permission.allowed) throw new NotPermitted(permission.reason);
  const accounts = (await listVisibleGrants(context.db, context.viewer, id)).map(({ accountId }) => accountId);
  for (const accountId of accounts) {
    const schedule = context.temporal.schedule.getHandle(dailyScheduleId(accountId));
    try {
      await callTemporal(context, 'run the daily sync', async () => {
        // It may wait for a worker, and Postgres not know it yet.
        if (joins && (await schedule.describe()).info.runningActions.length > 0) return;
        await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
      });
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      const message = `The account ${accountId} has no daily schedule in Temporal`;
      if (await isWorkflowGone(context, id)) {
        const nextStep = restoreStep(id);
        throw new NotPermitted(`${message}, and the connection has no workflow.`, { nextStep, cause: error });
      }
      throw new NotPermitted(`${message}.`, {
        nextStep: {
          action: 'wait',
          connectionId: id,
          text: 'It is restored by itself within a day, and at once when the connection is paused and resumed.',
        },
        cause: error,
      });
    }
  }
  return accounts;
};
