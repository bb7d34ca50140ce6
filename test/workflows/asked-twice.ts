import type { Stage } from './stage.js';

interface Job {
  readonly account_id: string;
  readonly entity: string;
  readonly entity_ids: readonly string[];
  readonly start_time: string;
  readonly end_time: string;
  readonly placement: string;
  readonly metric_groups: readonly string[];
}

/** Every job that was created, by the simulator's own log. */
export const jobsOf = async (stage: Stage, accountId?: string): Promise<readonly Job[]> => {
  const { jobs } = (await stage.control('GET', 'requests')) as { jobs: readonly Job[] };
  return jobs.filter((job) => accountId === undefined || job.account_id === accountId);
};

/** Times that were asked of X twice, for the same entity, placement and metrics. */
export const askedTwice = (jobs: readonly Job[]): readonly string[] => {
  const asked = new Map<string, { start: string; end: string }[]>();
  for (const job of jobs) {
    for (const id of job.entity_ids) {
      const key = [job.account_id, job.entity, id, job.placement, job.metric_groups.join()].join(' ');
      asked.set(key, [...(asked.get(key) ?? []), { start: job.start_time, end: job.end_time }]);
    }
  }
  return [...asked].flatMap(([key, times]) => {
    const sorted = times.toSorted((a, b) => a.start.localeCompare(b.start));
    return sorted.flatMap(({ start }, i) => {
      const before = sorted[i - 1];
      return before !== undefined && start < before.end ? [`${key} from ${start}`] : [];
    });
  });
};
