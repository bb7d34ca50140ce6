import { log } from '@temporalio/activity';
import type { Freed } from '../../store/import/held.js';

/** Ended runs held something, which should not be: it is freed, and whoever reads the log can look for the cause. */
export const logFreed = (freed: readonly Freed[]): void => {
  for (const { runId, accountId, claims, slices, jobs } of freed)
    log.warn('An ended import still held entity-days, and they are free again', {
      runId,
      accountId,
      claims,
      slices,
      jobs,
    });
};
