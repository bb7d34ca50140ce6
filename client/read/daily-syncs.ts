import pLimit from 'p-limit';
import { type AccountId, dailyScheduleId } from '../../domain/ids.js';
import { syncsOf } from '../../temporal/daily-schedules.js';
import type { Context } from '../context.js';
import { callTemporal } from '../temporal.js';

const AT_ONCE = 10;

/**
 * Whether a daily sync of one of the accounts goes on or is about to begin. Postgres knows it only once the sync has opened its
 * run, which is a moment after it was asked for.
 */
export const dailySyncsGoOn = async (context: Context, accountIds: readonly AccountId[]): Promise<boolean> => {
  const open = await pLimit(AT_ONCE).map([...accountIds], async (accountId) => {
    const { running, waiting } = await callTemporal(context, 'look at the daily syncs', () =>
      syncsOf(context.temporal.schedule, dailyScheduleId(accountId)),
    );
    return running.length + waiting > 0;
  });
  return open.includes(true);
};
