import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleDescription } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { Opened } from '../../client/open.js';
import { lastDueDay } from '../../domain/due.js';
import { addDays, type Day, type Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { dailyScheduleId } from '../../domain/ids.js';
import { allow } from '../../local/once/consent.js';
import { requestReport, resetRequests, simulatedAccounts } from '../../local/once/simulated.js';
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import type { DailyScheduleTimes } from '../../temporal/daily-schedules.js';
import { startInProcess } from '../support/installation.js';
import { readTwice } from '../faults/support/read-twice.js';

/*
 * The daily schedule in real time, but ringing every five seconds, on a Temporal server of the test's own, which is stopped
 * and started again. X's data time stands still and is moved by whole days, so what a ringing has to import is known.
 */

const EVERY_MS = 5_000;
const everyFiveSeconds: DailyScheduleTimes = () => ({ intervals: [{ every: EVERY_MS }] });
const DAY_MS = 86_400_000;

interface Run {
  readonly first: Day;
  readonly last: Day;
  readonly landed: number;
  readonly state: string;
}

interface Ringing extends Opened, AsyncDisposable {
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly timezone: string;
  readonly simulatorUrl: string;
  /** Moves X's now; answers with it. */
  setNow(now: number): Promise<Instant>;
  schedule(): Promise<ScheduleDescription>;
  /** Daily runs that have landed something, oldest first. */
  landings(): Promise<readonly Run[]>;
  stopTemporal(): Promise<void>;
  startTemporal(): Promise<void>;
}

const startRinging = async (daysBehind: number): Promise<Ringing> => {
  const folder = throwawayFolder();
  const dbFile = join(folder.path, 'temporal.db');
  let server: TemporalServer = await startTemporalServer({ dbFile, uiPort: false });
  const { address, port } = server;
  const base = await startInProcess(
    { accounts: 1, ads: 6, days: 60 },
    { server: { address, namespace: 'default' }, dailyScheduleTimes: everyFiveSeconds },
  );
  const { db, importer, opened, temporal, url } = base;
  const setNow: Ringing['setNow'] = async (now) => {
    const instant = new Date(now).toISOString();
    await base.control('PUT', 'clock', { now: instant, frozen: true });
    return instant;
  };
  await setNow(Date.now() - daysBehind * DAY_MS);

  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: 'Every five seconds' });
  await importer.completeSignIn(await allow(authorizeUrl, 'all_accounts'));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await importer.waitForBackfill(connectionId, { interval: 250 });
  const [account] = await simulatedAccounts(url);
  const { id: accountId = '', timezone = 'UTC' } = account ?? {};
  return {
    ...opened,
    connectionId,
    accountId,
    timezone,
    simulatorUrl: url,
    setNow,
    schedule: () => temporal.schedule.getHandle(dailyScheduleId(accountId)).describe(),
    landings: async () =>
      (
        await db.query<Run>(
          `select min(s.first_day) as first, max(s.last_day) as last, count(*) as landed, r.state
           from importer.import_runs r join importer.slices s on s.run_id = r.id and s.state = 'landed'
           where r.kind = 'daily' group by r.id order by r.started_at`,
        )
      ).rows,
    stopTemporal: () => server.stop(),
    startTemporal: async () => {
      server = await startTemporalServer({ dbFile, uiPort: false, port, portMayChange: false });
    },
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]();
      await server.stop();
      folder[Symbol.dispose]();
    },
  };
};

/** The nominal times at which the schedule has started syncs: what Temporal wrote, not what a clock said. */
const nominalTimes = async (
  at: Ringing,
): Promise<readonly { nominal: number; started: number; workflowId: string }[]> => {
  const found = [];
  for await (const { workflowId, startTime, searchAttributes } of at.temporal.workflow.list({
    query: `WorkflowType = 'dailySync'`,
  })) {
    const nominal: unknown = searchAttributes['TemporalScheduledStartTime']?.[0];
    if (!(nominal instanceof Date)) throw new Error(`${workflowId} has no nominal time`);
    found.push({ nominal: nominal.getTime(), started: startTime.getTime(), workflowId });
  }
  return found.toSorted((a, b) => a.nominal - b.nominal);
};

/** Until the clock has passed so many times at which the schedule rings. */
const ringings = async (count: number): Promise<void> => {
  const end = (Math.floor(Date.now() / EVERY_MS) + count) * EVERY_MS + 1_000;
  while (Date.now() < end) await sleep(Math.min(500, Math.max(1, end - Date.now())));
};

test('a schedule that rings every five seconds imports by its nominal time, pauses, and catches up in one run after the server was away', async () => {
  await using at = await startRinging(20);
  const { timezone, connectionId, accountId, importer } = at;
  const alarm = await at.schedule();
  expect(alarm.policies.overlap).toBe('BUFFER_ONE');
  expect(alarm.state.paused).toBe(false);

  // One day a ringing: each run lands what became due, and nothing is due at the others.
  let now = Date.now() - 20 * DAY_MS;
  let due = lastDueDay(new Date(now).toISOString(), timezone, 1);
  const start = due;
  for (let day = 1; day <= 2; day += 1) {
    now += DAY_MS;
    due = lastDueDay(await at.setNow(now), timezone, 1);
    await expect.poll(async () => (await at.landings()).at(-1)?.last).toBe(due);
  }

  await importer.pause(connectionId, 'holidays');
  await expect.poll(async () => (await at.schedule()).state).toMatchObject({ paused: true, note: expect.any(String) });
  const before = await nominalTimes(at);
  now += 3 * DAY_MS;
  due = lastDueDay(await at.setNow(now), timezone, 1);
  await ringings(2);
  expect(await nominalTimes(at)).toHaveLength(before.length);
  const runsBefore = (await at.landings()).length;
  await importer.resume(connectionId);
  await expect.poll(async () => (await at.landings()).at(-1)?.last).toBe(due);
  // Three days were missed: one run has brought them all.
  expect(await at.landings()).toHaveLength(runsBefore + 1);
  expect((await at.schedule()).state.paused).toBe(false);

  await resetRequests(at.simulatorUrl);
  await at.stopTemporal();
  now += 4 * DAY_MS;
  due = lastDueDay(await at.setNow(now), timezone, 1);
  await ringings(3);
  const back = Date.now();
  await at.startTemporal();
  await expect.poll(async () => (await at.landings()).at(-1)?.last).toBe(due);
  // The next ringings find nothing left.
  await ringings(2);
  expect(await at.landings()).toHaveLength(runsBefore + 2);
  const missed = (await nominalTimes(at)).filter(({ nominal, started }) => nominal < back && started >= back);
  // One of the missed times is made up at once, late and with its own nominal time, and at most one waits behind it:
  // never one for each.
  expect(missed.length).toBeGreaterThan(0);
  expect(missed.length).toBeLessThanOrEqual(2);
  const report = await requestReport(at.simulatorUrl);
  expect(readTwice(report.jobs)).toEqual([]);
  expect(report.jobs.length).toBeGreaterThan(0);
  const [caughtUp] = (await at.landings()).slice(-1);
  expect((caughtUp?.first ?? due) <= addDays(due, -3)).toBe(true);

  // X's clock far ahead of the schedule's: the last due day is that of the nominal time, not of X's now or of the wall.
  await at.setNow(Date.now() + 5 * DAY_MS);
  const lastDueHere = (): Day => lastDueDay(new Date().toISOString(), timezone, 1);
  await expect.poll(async () => (await at.landings()).at(-1)?.last === lastDueHere()).toBe(true);

  const times = await nominalTimes(at);
  expect(new Set(times.map(({ nominal }) => nominal)).size).toBe(times.length);
  await expect.poll(async () => (await at.landings()).every(({ state }) => state === 'completed')).toBe(true);
  // Nothing that became due while it rang, was paused or was away is missing.
  const range = { from: addDays(start, 1), to: due };
  const [coverage] = await importer.coverage(connectionId, { accountId, ...range });
  expect(coverage?.complete).toBe(true);
});
