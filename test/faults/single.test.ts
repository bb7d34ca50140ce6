import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/state/faults.js';
import { expectTruth, repeatedJobs } from './support/expect-truth.js';
import { startWorld, type WorldOptions } from './support/world.js';

/*
 * Each way in which X can fail, by itself, from the moment the accounts are chosen: in the end what is stored is the
 * truth, and no day has failed.
 */

const CREATES = { method: 'POST', path: '/stats/jobs/' } as const;

interface Trouble {
  readonly what: string;
  readonly faults: readonly Fault[];
  readonly world?: WorldOptions;
  /** Another job with the same parameters would be work done twice. */
  readonly makesEachJobOnce?: boolean;
}

const messy = { profile: 'messy' } as const;
const flighted = { profile: 'flighted' } as const;

const troubles: readonly Trouble[] = [
  {
    what: 'status_503 with and without a wait',
    faults: [
      { kind: 'status_503', rate: 0.1, times: 12 },
      { kind: 'status_503', rate: 0.1, times: 4, retry_after: false },
    ],
  },
  { what: 'rate_limited', faults: [{ kind: 'rate_limited', rate: 0.2, times: 6, seconds: 1 }], world: flighted },
  { what: 'rate_limited creates', faults: [{ kind: 'rate_limited', times: 3, seconds: 2, ...CREATES }] },
  { what: 'job_failed at random', faults: [{ kind: 'job_failed', rate: 0.3 }], world: messy },
  { what: 'job_failed for every job at first', faults: [{ kind: 'job_failed', times: 30 }] },
  { what: 'job_slow within its timeout', faults: [{ kind: 'job_slow', times: 5, seconds: 4 }] },
  { what: 'job_slow beyond its timeout', faults: [{ kind: 'job_slow', times: 3, seconds: 3_600 }], world: flighted },
  { what: 'job_queued', faults: [{ kind: 'job_queued', rate: 0.5, seconds: 2 }], world: messy },
  { what: 'job_missing for a while', faults: [{ kind: 'job_missing', rate: 0.3, seconds: 3 }] },
  { what: 'job_missing for good', faults: [{ kind: 'job_missing', times: 2, seconds: 3_600 }] },
  { what: 'url_null', faults: [{ kind: 'url_null', rate: 0.5, seconds: 2 }], world: flighted },
  { what: 'file_not_ready', faults: [{ kind: 'file_not_ready', rate: 0.5, seconds: 1 }], world: messy },
  { what: 'file_not_ready for good', faults: [{ kind: 'file_not_ready', times: 2, seconds: 3_600 }] },
  { what: 'file_truncated now and then', faults: [{ kind: 'file_truncated', rate: 0.4 }] },
  { what: 'file_truncated for one job to the end', faults: [{ kind: 'file_truncated', times: 4 }], world: messy },
  { what: 'file_expired', faults: [{ kind: 'file_expired', times: 3 }] },
  { what: 'glued_url for every job', faults: [{ kind: 'glued_url' }], world: messy, makesEachJobOnce: true },
  { what: 'ids_missing', faults: [{ kind: 'ids_missing', rate: 0.3 }], world: messy },
  { what: 'connection_reset', faults: [{ kind: 'connection_reset', rate: 0.15, times: 12 }] },
  { what: 'slow_response', faults: [{ kind: 'slow_response', rate: 0.2, seconds: 0.5 }], world: flighted },
  {
    what: 'slow_response beyond the time-out of a create',
    faults: [{ kind: 'slow_response', times: 3, seconds: 2.4, ...CREATES }],
    makesEachJobOnce: true,
  },
  { what: 'malformed_json', faults: [{ kind: 'malformed_json', rate: 0.15, times: 12 }], world: messy },
  { what: 'lost_response anywhere', faults: [{ kind: 'lost_response', rate: 0.15, times: 12 }], world: flighted },
  {
    what: 'lost_response to creates',
    faults: [{ kind: 'lost_response', times: 4, ...CREATES }],
    makesEachJobOnce: true,
  },
];

describe.concurrent('alone, and in the end stored = truth', () => {
  test.each(troubles.map((trouble) => [trouble.what, trouble] as const))('%s', async (_what, trouble) => {
    const { faults, world: options, makesEachJobOnce } = trouble;
    await using world = await startWorld(options);
    const connectionId = await world.signIn();
    await world.provoke(faults);
    await world.importer.choose(connectionId);
    const { accounts, runs } = await world.imported(connectionId);
    expect(accounts.map(({ status, problem }) => ({ status, problem }))).toEqual([
      { status: 'up_to_date', problem: undefined },
    ]);
    expect(runs.map(({ kind, state, failed }) => ({ kind, state, failed }))).toEqual([
      { kind: 'history', state: 'completed', failed: 0 },
    ]);
    for (const hits of await world.hits()) expect(hits).toBeGreaterThan(0);
    await expectTruth(world, connectionId);
    if (makesEachJobOnce === true) expect(repeatedJobs(await world.requests())).toEqual([]);
  });
});
