import { ScheduleNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { type AccountId, dailyScheduleId } from '../../domain/ids.js';
import type { Context } from '../context.js';
import { callTemporal } from '../temporal.js';

const AT_ONCE = 10;

/**
 * Whether a daily sync of one of the accounts goes on or is about to begin. Postgres knows it only once the sync has opened its
 * run, which is a moment after it was asked for.
 */
export const dailySyncsGoOn = async (context: Context, accountIds: readonly AccountId[]): Promise<boolean> => {
  const limit = pLimit(AT_ONCE);
  const open = await limit.map([...accountIds], async (accountId) => {
    try {
      const { info, raw } = await callTemporal(context, 'look at the daily syncs', () =>
        context.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe(),
      );
      return info.runningActions.length > 0 || Number(raw.info?.bufferSize ?? 0) > 0;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  });
  return open.includes(true);
};
