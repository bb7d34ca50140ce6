import type { RequestReport } from '../../../local/once/simulated.js';
import { entityDaysOf } from './entity-days.js';

type LoggedJob = RequestReport['jobs'][number];

const HOUR_MS = 3_600_000;

/** What the change feed told the importer, and when: entity-days as `entityDaysOf` spells them, without the metrics. */
export interface FeedAnswer {
  /** In wire time, as the log of jobs is. */
  readonly at: number;
  readonly names: (entityDay: string) => boolean;
}

const createdAt = (job: LoggedJob): number => Date.parse(String(job['created_at']));

const failedBefore = (earlier: LoggedJob, later: LoggedJob): boolean =>
  (earlier.status === 'FAILED' || earlier.status === 'CANCELLED') &&
  Date.parse(String(earlier['ended_at'])) <= createdAt(later);

/**
 * Entity-days that two jobs created within an hour both asked for, although the first has not failed and the change feed
 * has not named them in between.
 */
export const readTwice = (jobs: readonly LoggedJob[], feed: readonly FeedAnswer[] = []): readonly string[] => {
  const asked = new Map<string, LoggedJob[]>();
  const twice: string[] = [];
  for (const job of jobs.toSorted((a, b) => createdAt(a) - createdAt(b))) {
    for (const day of entityDaysOf(job)) {
      const earlier = asked.get(day) ?? [];
      const excused = (other: LoggedJob): boolean =>
        createdAt(job) - createdAt(other) > HOUR_MS ||
        failedBefore(other, job) ||
        feed.some(({ at, names }) => at >= createdAt(other) && at <= createdAt(job) && names(day));
      if (!earlier.every(excused)) twice.push(day);
      asked.set(day, [...earlier, job]);
    }
  }
  return twice;
};
