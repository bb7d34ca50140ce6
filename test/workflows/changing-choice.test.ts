import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countDays } from '../../domain/day-ranges.js';
import type { ChooseOptions } from '../../client/options.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { endOfRange, startOfDay } from '../../domain/local-days.js';
import type { ConnectionId } from '../../domain/ids.js';
import { dailyScheduleId } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import * as messages from '../../workflows/messages.js';
import { askedTwice, jobsOf } from './asked-twice.js';
import { openStage, type Stage, until } from './stage.js';

let stage: Stage;
let ids: readonly string[];
beforeAll(async () => {
  // The simulator's first two accounts: Los Angeles and New York, both with a day of 23 hours in March.
  stage = await openStage({ accounts: 2, ads: 3, days: 60, now: '2026-06-10T18:00:00Z' });
  ids = ((await stage.control('GET', 'accounts')) as { id: string }[]).map(({ id }) => id);
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Chooses, and waits until everything that follows from it is done. */
const choose = async (connectionId: ConnectionId, options: ChooseOptions): Promise<void> => {
  await stage.importer.choose(connectionId, options);
  await stage.importer.waitUntilIdle(connectionId, { interval: 100 });
};

const two = (n: number | undefined): string => String(n).padStart(2, '0');

const scheduled = async (accountId: string): Promise<string | undefined> => {
  try {
    const { spec } = await stage.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe();
    const [calendar] = spec.calendars ?? [];
    return `${two(calendar?.hour[0]?.start)}:${two(calendar?.minute[0]?.start)}`;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'none';
    throw error;
  }
};
const untilScheduled = (accountId: string, wanted: string) =>
  until(async () => ((await scheduled(accountId)) === wanted ? true : undefined));

const made = async (work: () => Promise<void>) => {
  const before = (await jobsOf(stage)).length;
  await work();
  return (await jobsOf(stage)).slice(before);
};

const daysStored = async (accountId: string): Promise<{ from: Day; to: Day }> => {
  const { rows } = await stage.db.query<{ from: Day; to: Day }>(
    'select min(day)::text as from, max(day)::text as to from importer.facts where account_id = $1',
    [accountId],
  );
  return rows[0] ?? { from: '' as Day, to: '' as Day };
};

test('what is changed of a running connection takes effect, and no day is asked twice or missing', async () => {
  const [first = '', second = ''] = ids;
  const connectionId = await stage.signIn();
  await choose(connectionId, { accounts: [first], history: { kind: 'days', days: 30 }, wait: 3, dailyAt: '09:30' });
  await untilScheduled(first, '09:30');
  expect(await scheduled(second)).toBe('none');
  const stored = await daysStored(first);
  expect(countDays(stored)).toBe(30);

  // The time and the privacy: nothing is imported for it, and the schedule follows.
  const forTime = await made(async () => {
    await choose(connectionId, { dailyAt: '11:15' });
    await stage.importer.setPrivacy(connectionId, 'private');
    await untilScheduled(first, '11:15');
  });
  expect(forTime).toEqual([]);
  const { accounts, privacy } = await stage.importer.status(connectionId);
  expect(accounts).toMatchObject([{ accountId: first, wait: 3, dailyAt: '11:15', status: 'up_to_date' }]);
  expect(privacy).toBe('private');

  // A shorter wait: exactly the days that are due now.
  const forWait = await made(() => choose(connectionId, { wait: 1 }));
  const due = { from: addDays(stored.to, 1), to: addDays(stored.to, 2) };
  expect(await daysStored(first)).toEqual({ from: stored.from, to: due.to });
  expect(new Set(forWait.map((job) => `${job.start_time} ${job.end_time}`))).toEqual(
    new Set([`${startOfDay(due.from, 'America/Los_Angeles')} ${endOfRange(due, 'America/Los_Angeles')}`]),
  );

  // A longer one takes nothing away.
  expect(await made(() => choose(connectionId, { wait: 3 }))).toEqual([]);
  expect(await daysStored(first)).toEqual({ from: stored.from, to: due.to });
  expect(await scheduled(first)).toBe('11:15');

  // Another account: its history alone.
  const forSecond = await made(() => choose(connectionId, { accounts: [first, second] }));
  expect(new Set(forSecond.map((job) => job.account_id))).toEqual(new Set([second]));
  await untilScheduled(second, '11:15');

  // One less: its schedule goes, its facts stay; taken in again, nothing of it is asked again.
  expect(await made(() => choose(connectionId, { accounts: [second] }))).toEqual([]);
  await untilScheduled(first, 'none');
  expect(await daysStored(first)).toEqual({ from: stored.from, to: due.to });
  expect((await stage.importer.status(connectionId)).accounts.map(({ accountId }) => accountId)).toEqual([second]);
  expect(await made(() => choose(connectionId, { accounts: [first, second] }))).toEqual([]);
  await untilScheduled(first, '11:15');

  expect(askedTwice(await jobsOf(stage))).toEqual([]);
  for (const accountId of [first, second]) {
    const comparison = newComparison();
    await compareAccount(stage.db, stage.url, accountId, await daysStored(accountId), comparison);
    expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  }
  await stage.importer.disconnect(connectionId);
  await untilScheduled(first, 'none');
  await untilScheduled(second, 'none');
});

test('where two connections read one account the earliest time sets the schedule, and who leaves takes only its own away', async () => {
  const [, account = ''] = ids;
  const [early, late] = [await stage.signIn(), await stage.signIn()];
  await choose(early, { accounts: [account], history: { kind: 'none' }, wait: 3, dailyAt: '07:00' });
  await choose(late, { accounts: [account], history: { kind: 'none' }, wait: 1, dailyAt: '12:00' });
  await untilScheduled(account, '07:00');
  await choose(early, { dailyAt: '13:00' });
  await untilScheduled(account, '12:00');
  await stage.importer.disconnect(late);
  await untilScheduled(account, '13:00');
  await stage.importer.disconnect(early);
  await untilScheduled(account, 'none');
});

test('what makes no sense is refused with the sentence that says what to give, and what was chosen stands', async () => {
  const [first = ''] = ids;
  const connectionId = await stage.signIn();
  await choose(connectionId, { accounts: [first], history: { kind: 'none' } });
  const refused = (options: object) => stage.importer.choose(connectionId, options);
  await expect(refused({ wait: 2 })).rejects.toMatchObject({
    code: 'invalid_choice',
    message: expect.stringContaining('give 1') as string,
  });
  await expect(refused({ dailyAt: '9:30' })).rejects.toMatchObject({
    message: expect.stringContaining('HH:MM') as string,
  });
  // Whoever speaks to the workflow itself hears the same.
  const choice = { accounts: [first], history: { kind: 'none' }, wait: 2 } as unknown as Parameters<typeof refused>[0];
  const update = stage.handle(connectionId).executeUpdate(messages.chooseUpdate, { args: [choice as never] });
  await expect(update).rejects.toMatchObject({ cause: { message: expect.stringContaining('give 1') as string } });
  expect((await stage.importer.status(connectionId)).accounts).toMatchObject([{ wait: 1, dailyAt: '10:00' }]);
  await stage.importer.disconnect(connectionId);
});

test('a daily time that the account skips on some day is scheduled at the first time after the jump', async () => {
  const [first = ''] = ids;
  const connectionId = await stage.signIn();
  await choose(connectionId, { accounts: [first], history: { kind: 'none' }, dailyAt: '02:30' });
  await untilScheduled(first, '03:00');
  expect((await stage.importer.status(connectionId)).accounts).toMatchObject([{ dailyAt: '02:30' }]);
  await stage.importer.disconnect(connectionId);
});

test('what is chosen while a connection is paused is kept, and done when it goes on', async () => {
  const [, account = ''] = ids;
  const connectionId = await stage.signIn();
  await choose(connectionId, { accounts: [account], history: { kind: 'none' }, wait: 3 });
  await stage.importer.pause(connectionId, 'holidays');
  await choose(connectionId, { wait: 1, dailyAt: '06:00' });
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'paused', choice: { wait: 1, dailyAt: '06:00' } });
  await stage.importer.resume(connectionId);
  await untilScheduled(account, '06:00');
  const status = await stage.importer.waitUntilIdle(connectionId, { interval: 100 });
  expect(status.accounts).toMatchObject([{ status: 'up_to_date', wait: 1, dailyAt: '06:00' }]);
  expect(askedTwice(await jobsOf(stage))).toEqual([]);
  await stage.importer.disconnect(connectionId);
});
