import { expect, test } from 'vitest';
import { refusals } from '../../bench/figures.js';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { RequestReport } from '../../local/once/simulated.js';
import { repeatedJobs } from '../faults/support/expect-truth.js';
import { type Installation, WAIT_MS, startInstallation, until } from './support/installation.js';

/*
 * X computes a hundred jobs of an ad account at once, whoever made them. Two connections that both want more than there is
 * take turns, although the first had them all when the second came.
 */

const FIRST = 'all_accounts';
const SECOND = 'campaign_analyst';
const SLOTS = 100;
const LEAST_SHARE = 0.4;
/** Less than what a signature's timestamp may differ from X's clock. */
const HELD_SECONDS = 240;

/** Some rounds of slots for each of the two, since creates come in rounds, of few days: what is slow is X and not the landing. */
const CROWDED = ['--accounts', '1', '--ads', '3000', '--days', '40', '--profile', 'messy', '--job-seconds', '3'];
const DAYS_EACH = 3;
const LAST_DAY = addDays(new Date().toISOString().slice(0, 10) as Day, -3);
const NEWER: DayRange = { from: addDays(LAST_DAY, 1 - DAYS_EACH), to: LAST_DAY };
const OLDER: DayRange = { from: addDays(NEWER.from, -DAYS_EACH), to: addDays(NEWER.from, -1) };

const connect = async (at: Installation, screenName: string): Promise<ConnectionId> => {
  const { importer } = at;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect();
  await importer.completeSignIn(await at.allow(authorizeUrl, screenName));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId, timeout: WAIT_MS });
  await importer.choose(connectionId, { history: { kind: 'none' } });
  return connectionId;
};

/** How the creates of the two were mixed, from a moment on until one of them had made its last. */
const whileBothWait = (jobs: RequestReport['jobs'], from: number): Readonly<Record<string, number>> => {
  const makers = jobs.map((job) => String(job['screen_name']));
  const both = makers.slice(from, Math.min(makers.lastIndexOf(FIRST), makers.lastIndexOf(SECOND)) + 1);
  const made = (name: string): number => both.filter((maker) => maker === name).length;
  return { [FIRST]: made(FIRST), [SECOND]: made(SECOND) };
};

test('two connections on one ad account take turns at its job slots, also when the first had them all', async () => {
  await using at = await startInstallation(CROWDED, 2);
  const { importer } = at;
  const [first, second] = [await connect(at, FIRST), await connect(at, SECOND)];
  // The first takes every slot, and keeps them until X's clock is moved.
  await at.provoke([{ kind: 'job_slow', times: SLOTS, seconds: HELD_SECONDS, screen_name: FIRST }]);
  const created = async (): Promise<number> => (await at.requests()).jobs_created;
  const one = await importer.backfill(first, NEWER);
  await until('the first to hold every slot', async () => (await created()) === SLOTS);
  const other = await importer.backfill(second, OLDER);
  await until('the second to wait', async () => (await importer.status(second)).holds.length > 0);
  const from = await created();
  await at.control('PUT', 'clock', { wire_advance_seconds: HELD_SECONDS });
  await importer.waitForWorkflows(first, one.workflowIds, { timeout: WAIT_MS, interval: 200 });
  await importer.waitForWorkflows(second, other.workflowIds, { timeout: WAIT_MS, interval: 200 });

  const requests = await at.requests();
  expect(from).toBe(SLOTS);
  const shares = whileBothWait(requests.jobs, from);
  const contended = Object.values(shares).reduce((sum, made) => sum + made, 0);
  expect(contended).toBeGreaterThan(SLOTS);
  expect(Math.min(...Object.values(shares)) / contended).toBeGreaterThanOrEqual(LEAST_SHARE);
  expect(requests.peak_jobs_in_processing).toBe(SLOTS);
  expect(requests.limits_hit).toEqual({});
  expect(refusals(requests)).toEqual({});
  expect(repeatedJobs(requests)).toEqual([]);
  const equal = { missing: 0, doubled: 0, wrong: 0, examples: [] };
  expect(await at.differences({ from: OLDER.from, to: NEWER.to })).toEqual(equal);
});
