import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillsCancelled, BackfillStarted } from '../../client/answers.js';
import type { ConnectionStatus } from '../../client/shapes.js';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { freezeClock, requestReport, type RequestReport, resetRequests } from '../../local/once/simulated.js';
import { repeatedJobs } from '../faults/support/expect-truth.js';
import { waitReasonAttribute } from '../../temporal/search-attributes.js';
import { control } from '../support/simulator.js';
import { allowing, type Installation, startInstallation } from './support/installation.js';

/*
 * Manual backfills that are cancelled, resumed and laid over one another. The simulator's request log says what was asked
 * of X: a job that is computed twice, or computed for nothing, is seen there.
 */

let installation: Installation;
let id = '';
let accountId = '';
/** Two stretches of days, so that what one test has imported is not missing in the next. */
let range: DayRange;
let earlier: DayRange;

beforeAll(async () => {
  installation = await startInstallation({ accounts: 1, ads: 60, days: 150, profile: 'messy' });
  await freezeClock(installation.simulatorUrl);
  await installation.xads(['connect', '--json', '--name', 'Acme', '--history', 'none'], { browse: allowing() });
  const status = await installation.opened.importer.waitUntilIdle(await only());
  accountId = status.accounts[0]?.accountId ?? '';
  const last = addDays(new Date().toISOString().slice(0, 10) as Day, -4);
  range = { from: addDays(last, -60), to: last };
  earlier = { from: addDays(last, -130), to: addDays(last, -61) };
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

const only = async (): Promise<string> => {
  ({ id } = await installation.opened.importer.find(undefined));
  return id;
};

const faults = (...given: readonly Readonly<Record<string, unknown>>[]): Promise<unknown> =>
  control({ url: installation.simulatorUrl }, 'PUT', 'faults', given);

const requests = (): Promise<RequestReport> => requestReport(installation.simulatorUrl);

const backfill = async (
  { from, to }: DayRange,
  ...more: readonly string[]
): Promise<BackfillStarted & { readonly stderr: string }> => {
  const ran = await installation.xads(['backfill', '--from', from, '--to', to, '--json', ...more]);
  expect(ran).toMatchObject({ code: 0 });
  return { ...(ran.json() as BackfillStarted), stderr: ran.stderr };
};

const status = (): Promise<ConnectionStatus> => installation.opened.importer.status(id);

const runOf = async (requestId: string) => (await status()).runs.find((run) => run.requestId === requestId);

/** Half of the jobs never end: so some have landed, and the others are in processing, when there is nothing else to do. */
const halfway = async (requestId: string): Promise<RequestReport['jobs']> => {
  await expect
    .poll(async () => {
      const run = await runOf(requestId);
      const going = (await requests()).jobs.filter(isOpen).length;
      return (
        run !== undefined && run.landed > 0 && run.planned + run.ready === 0 && run.inFlight === going && going > 0
      );
    })
    .toBe(true);
  return (await requests()).jobs.filter(isOpen);
};
const isOpen = ({ status: at }: RequestReport['jobs'][number]): boolean => at === 'PROCESSING' || at === 'QUEUED';

const slow = { kind: 'job_slow', rate: 0.5, seconds: 86_400 };

const differences = async (days: DayRange) => {
  const comparison = newComparison();
  await compareAccount(installation.opened.db, installation.simulatorUrl, accountId, days, comparison);
  const { missing, doubled, wrong, cellsCompared } = comparison;
  expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);
  return { missing, doubled, wrong };
};

/** What a job was for. */
const purpose = (job: RequestReport['jobs'][number]): string =>
  [job.entity, job.placement, job.start_time, job.end_time, ...job.entity_ids.toSorted()].join(' ');

const deletes = ({ counts }: RequestReport): number =>
  counts
    .filter(({ method, status: code }) => method === 'DELETE' && code === 200)
    .reduce((n, { count }) => n + count, 0);

test('cancelling a manual backfill cancels its jobs at X, keeps what has landed, and the same range goes on from there', async () => {
  await resetRequests(installation.simulatorUrl);
  await faults(slow);
  const { requestId, workflowIds } = await backfill(range);
  const open = await halfway(requestId);

  const ran = await installation.xads(['cancel', '--request', requestId, '--json']);
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.json() as BackfillsCancelled).toEqual({ workflowIds, stopping: [] });
  const run = await runOf(requestId);
  expect(run).toMatchObject({
    state: 'cancelled',
    kind: 'manual',
    range,
    reason: 'a pause, a disconnect or a cancellation ended it',
  });
  const after = await requests();
  expect(deletes(after)).toBe(open.length);
  expect(
    after.jobs
      .filter(({ status: state }) => state === 'CANCELLED')
      .map(purpose)
      .toSorted(),
  ).toEqual(open.map(purpose).toSorted());

  await faults();
  await resetRequests(installation.simulatorUrl);
  const again = await installation.xads(['backfill', '--from', range.from, '--to', range.to, '--watch', '--json']);
  expect(again).toMatchObject({ code: 0 });
  expect((await requests()).jobs.map(purpose).toSorted()).toEqual(open.map(purpose).toSorted());
  expect(await differences(range)).toEqual({ missing: 0, doubled: 0, wrong: 0 });
});

test('a range that overlaps a running one is joined, not fetched twice, and the answer says so', async () => {
  await resetRequests(installation.simulatorUrl);
  await faults(slow);
  const first = await backfill(earlier);
  expect(first.notes).toEqual([]);
  await halfway(first.requestId);
  const second = await backfill(earlier);
  expect(second.notes).toEqual([
    expect.stringMatching(/another manual backfill of some of these days goes on; .* joined and not fetched twice\.$/),
  ]);
  expect(second.stderr).toContain('joined and not fetched twice');
  // The phase is the workflow's, the reason that of the activity in which it waits, which comes a moment later.
  await expect
    .poll(async () => await runOf(second.requestId))
    .toMatchObject({
      phase: 'waiting_for_another_run',
      hold: { reason: expect.stringMatching(/^another import has these days under way/) },
    });
  const waiting = await runOf(second.requestId);
  const inTemporal = installation.opened.temporal.workflow.getHandle(waiting?.workflowId ?? '');
  expect((await inTemporal.describe()).typedSearchAttributes.get(waitReasonAttribute)).toBe('another_run');
  await faults();
  // What the first gives up, the second takes over.
  await installation.xads(['cancel', '--request', first.requestId]);
  await installation.opened.importer.waitForWorkflows(id, second.workflowIds, { interval: 100 });
  expect(await runOf(second.requestId)).toMatchObject({ state: 'completed', failed: 0 });
  expect(repeatedJobs(await requests())).toEqual([]);
  expect(await differences(earlier)).toEqual({ missing: 0, doubled: 0, wrong: 0 });
});

test('pausing ends manual backfills, too, and cancelling when nothing goes on is no mistake', async () => {
  await faults(slow);
  const { requestId } = await backfill(range, '--refetch');
  await halfway(requestId);
  expect((await installation.xads(['pause'])).code).toBe(0);
  await expect.poll(async () => (await runOf(requestId))?.state).toBe('cancelled');
  await faults();
  // The connection hears of the end a moment after the run has ended.
  await expect.poll(async () => (await installation.xads(['cancel'])).stdout).toContain('no manual backfill goes on');
  expect(await installation.xads(['cancel'])).toMatchObject({ code: 0 });
  const unknown = await installation.xads(['cancel', '--request', 'nothing-of-the-kind', '--json']);
  expect(unknown.code).toBe(6);
  expect(unknown.stdout).toContain('No manual backfill of the request nothing-of-the-kind goes on.');
});
