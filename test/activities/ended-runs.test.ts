import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { lockPlanning } from '../../store/import/ledger.js';
import { endRun } from '../../store/import/runs.js';
import { until } from '../support/until.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * Claims, slices and jobs belong to a run and end with it, whatever is going on at the moment at which it ends.
 */

const range = { from: '2026-11-01' as Day, to: '2026-11-20' as Day };

let site: Site;
let grant: { connectionId: string; accountId: string };
beforeAll(async () => {
  site = await openSite({ ads: 4, days: 60, now: '2026-11-23T12:00:00Z', jobSeconds: 3_600 });
  grant = await site.choose();
});
afterAll(() => site[Symbol.asyncDispose]());

const held = async (runId: RunId) =>
  (
    await rowsOf<{ claims: number; slices: number; jobs: number }>(
      site.db,
      `select (select count(*) from importer.ledger where run_id = $1 and state = 'open') as claims,
         (select count(*) from importer.slices where run_id = $1 and state in ('planned', 'in_flight')) as slices,
         (select count(*) from importer.jobs where run_id = $1 and state in ('creating', 'processing', 'ready')) as jobs`,
      [runId],
    )
  )[0];
const NOTHING = { claims: 0, slices: 0, jobs: 0 };

/** How many statements wait for a lock of another. */
const waiting = async (): Promise<number> =>
  (
    await rowsOf(
      site.db,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length;

test('a run that is ended while it plans holds nothing, and its days are free', async () => {
  const runId = await site.open(grant, { range, refetch: true });
  const { survey, closing } = await site.db.transaction(async (tx) => {
    await lockPlanning(tx, grant.accountId);
    const survey = site.call('survey', { runId });
    await until('the survey to wait for its turn', async () => (await waiting()) === 1 || undefined);
    const closing = site.call('closeRun', { runId, state: 'cancelled' }).then(() => 'closed');
    await Promise.race([
      closing,
      until('the end to wait for the survey', async () => (await waiting()) === 2 || undefined),
    ]);
    return { survey, closing };
  });
  await Promise.allSettled([survey, closing]);
  expect(await closing).toBe('closed');
  expect(await held(runId)).toEqual(NOTHING);
  const next = await site.plan(grant, { range, refetch: true });
  expect(await site.call('planSlices', { runId: next })).toMatchObject({ held: 0 });
  await site.call('closeRun', { runId: next, state: 'cancelled' });
});

test('Postgres refuses a claim, a slice and a job of a run that has ended, in whichever order the two commit', async () => {
  const runId = await site.plan(grant, { range, refetch: true });
  await site.call('submitJobs', { runId });
  // What somebody still adds while the run is being ended ends with it.
  const ending = await site.db.transaction(async (tx) => {
    await tx.query(
      `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id, slice_id)
       select account_id, level, 'late', placement, metric_set, '[2026-11-01,2026-11-02)', 'open', run_id, id
       from importer.slices where run_id = $1 limit 1`,
      [runId],
    );
    return { ended: endRun(site.db, runId, 'cancelled', 'tested') };
  });
  await ending.ended;
  expect(await held(runId)).toEqual(NOTHING);
  for (const [table, constraint, state] of [
    ['ledger', 'claims_end_with_their_run', 'open'],
    ['slices', 'open_slices_end_with_their_run', 'planned'],
    ['jobs', 'open_jobs_end_with_their_run', 'processing'],
  ] as const) {
    const reopened =
      table === 'ledger'
        ? site.db.query(
            `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id, slice_id)
             select account_id, level, 'late', placement, metric_set, '[2026-11-01,2026-11-02)', $2, run_id, id
             from importer.slices where run_id = $1 limit 1`,
            [runId, state],
          )
        : site.db.query(
            `update importer.${table} set state = $2${table === 'jobs' ? ', left_at_x = false' : ''} where run_id = $1`,
            [runId, state],
          );
    await expect(reopened).rejects.toMatchObject({ constraint });
  }
});

test('what ended runs hold all the same is free for whoever plans, and the self-check frees it', async () => {
  // As a restore without constraints, or somebody by hand, would leave it.
  await site.db.query(
    `alter table importer.ledger drop constraint claims_end_with_their_run;
     alter table importer.slices drop constraint open_slices_end_with_their_run;
     alter table importer.jobs drop constraint open_jobs_end_with_their_run`,
  );
  const stuck = async (): Promise<RunId> => {
    const runId = await site.plan(grant, { range, refetch: true });
    await site.call('submitJobs', { runId });
    await site.db.query(
      `update importer.import_runs set state = 'cancelled', ended_at = clock_timestamp() where id = $1`,
      [runId],
    );
    expect(await held(runId)).not.toEqual(NOTHING);
    return runId;
  };
  const first = await stuck();
  const next = await site.open(grant, { range, refetch: true });
  expect(await site.call('survey', { runId: next })).toMatchObject({ held: 0, planned: expect.any(Number) as number });
  expect(await held(first)).toEqual(NOTHING);
  await site.call('closeRun', { runId: next, state: 'cancelled' });

  const second = await stuck();
  // The connection of another grant on the account finds it, too, and the runs whose workflow is gone.
  const other = await site.choose();
  const gone = await site.open(grant, { range });
  site.openWorkflows.clear();
  expect(await site.call('reapRuns', { connectionId: other.connectionId })).toEqual({ alive: 0 });
  expect(await held(second)).toEqual(NOTHING);
  const [ended] = await rowsOf<{ state: string }>(site.db, 'select state from importer.import_runs where id = $1', [
    gone,
  ]);
  expect(ended).toEqual({ state: 'abandoned' });
});

test.each([
  'survey',
  'planSlices',
  'awaitOtherRuns',
  'mirrorCreatives',
  'submitJobs',
  'adoptJobs',
  'pollJobs',
  'landJobs',
] as const)(
  '%s of a run that has ended, or that Postgres does not know, fails for good and says so',
  async (activity) => {
    const runId = await site.open(grant, { range });
    await site.call('closeRun', { runId, state: 'cancelled' });
    await expect(site.call(activity, { runId })).rejects.toMatchObject({ type: 'run_over', nonRetryable: true });
    const unknown = site.call(activity, { runId: randomUUID() });
    await expect(unknown).rejects.toMatchObject({ type: 'run_unknown', nonRetryable: true });
  },
);

test('the jobs of a run that Postgres does not know are cancelled at X, and nothing else is', async () => {
  const runId = await site.plan(grant, { range, refetch: true });
  const { jobs } = await site.call('submitJobs', { runId });
  expect(jobs.length).toBeGreaterThan(1);
  const computed = async (): Promise<number> => {
    const report = (await site.control('GET', 'requests')) as { jobs: readonly { status: string }[] };
    return report.jobs.filter(({ status }) => status === 'PROCESSING').length;
  };
  const before = await computed();
  const some = jobs.slice(1);
  const cancelled = await site.call('cancelJobs', { runId: randomUUID(), ...grant, jobs: some });
  expect(cancelled).toEqual({ cancelled: some.length });
  expect(await computed()).toBe(before - some.length);
  expect(await site.call('cancelJobs', { runId: randomUUID(), ...grant, connectionId: randomUUID(), jobs })).toEqual({
    cancelled: 0,
  });
});
