import { expect } from 'vitest';
import type { ConnectionId } from '../../../domain/ids.js';
import type { RequestReport } from '../../../local/once/simulated.js';
import type { World } from './world.js';

/** Stored = truth: every cell of every metric, and coverage without a hole. */
export const expectTruth = async (world: World, connectionId: ConnectionId): Promise<void> => {
  const { missing, doubled, wrong, examples, cellsCompared } = await world.compare(connectionId);
  expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
  expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);
  const holes = (await world.coverage(connectionId)).flatMap(({ days }) =>
    days.filter(({ status }) => status !== 'complete' && status !== 'verified_empty'),
  );
  expect(holes).toEqual([]);
};

/** What makes two jobs the same. */
const parameters = (job: RequestReport['jobs'][number]): string =>
  JSON.stringify([
    job.account_id,
    job.entity,
    job.entity_ids.toSorted(),
    job.start_time,
    job.end_time,
    job.placement,
    job.metric_groups.toSorted(),
  ]);

/** Jobs that were made although one with equal parameters was there and neither FAILED nor CANCELLED: work done twice. */
export const repeatedJobs = ({ jobs }: RequestReport): readonly string[] => {
  const seen = new Map<string, RequestReport['jobs']>();
  const repeated: string[] = [];
  for (const job of jobs) {
    const key = parameters(job);
    const earlier = seen.get(key) ?? [];
    const gone = (other: (typeof earlier)[number]): boolean =>
      (other.status === 'FAILED' || other.status === 'CANCELLED') &&
      String(other['ended_at']) <= String(job['created_at']);
    if (!earlier.every(gone)) repeated.push(key);
    seen.set(key, [...earlier, job]);
  }
  return repeated;
};
