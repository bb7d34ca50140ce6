import { afterEach, expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { dailyScheduleId } from '../../domain/ids.js';
import { createDailySchedules } from '../../temporal/daily-schedules.js';
import * as messages from '../../workflows/messages.js';
import { openStage, type Stage, until } from './stage.js';
import type { AccountChange } from '../../simulator/world/account-change.js';

/*
 * An account whose zone this platform does not know, and has never known: its days cannot be cut, and nobody else may suffer
 * from it. One that moves to such a zone later is in zone-switch.test.ts.
 */

let stage: Stage;
let healthy = '';
let strange = '';
afterEach(() => stage[Symbol.asyncDispose]());

const NOW = '2026-06-10T18:00:00Z';
const LATER = '2026-06-11T18:00:00Z';
const THIRTY = { kind: 'days', days: 30 } as const;
const WHY = /does not know the time zone Mars\/Olympus_Mons of the account\. Update Node's time zone data/;

const open = async (accounts: number, ...accountChanges: readonly AccountChange[]): Promise<void> => {
  const account = accounts - 1;
  const timezoneSwitches = [{ account, day: '2026-05-10', zone: 'Mars/Olympus_Mons' }];
  stage = await openStage({ accounts, ads: 2, days: 60, now: NOW, timezoneSwitches, accountChanges });
  const ids = ((await stage.control('GET', 'accounts')) as { id: string }[]).map(({ id }) => id);
  [healthy = '', strange = ''] = ids;
};

const statuses = async (connectionId: ConnectionId): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await stage.importer.status(connectionId)).accounts.map(({ accountId, status }) => [accountId, status]),
  );
const reasonOf = async (connectionId: ConnectionId, accountId: string): Promise<string | undefined> =>
  (await stage.importer.accounts(connectionId)).find(({ id }) => id === accountId)?.reason;

test('of all accounts the others are imported, it is left out with the reason, and the connection does what it is told', async () => {
  await open(2);
  const connectionId = await stage.signIn();
  const chosen = await stage.importer.choose(connectionId, { history: THIRTY });
  expect(chosen).toMatchObject({ inForce: true, choice: { accounts: 'all' } });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  expect(await statuses(connectionId)).toEqual({ [healthy]: 'up_to_date' });
  expect(await reasonOf(connectionId, strange)).toMatch(WHY);

  await stage.importer.pause(connectionId, 'a test');
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'paused' });
  await stage.importer.resume(connectionId);
  await stage.importer.disconnect(connectionId);
  expect((await stage.importer.connection(connectionId)).phase).toBe('disconnected');
});

test('named, it is refused by its name with what to do, at the client and by the workflow, and another choice is taken', async () => {
  await open(2);
  const connectionId = await stage.signIn();
  const from = { kind: 'from', day: '2026-05-01' } as never;
  const refused = stage.importer.choose(connectionId, { accounts: [healthy, strange], history: from });
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_choice',
    nextStep: { text: "Update Node's time zone data." },
  });
  await expect(refused).rejects.toThrow(new RegExp(`${strange}.*does not know the time zone Mars/Olympus_Mons`));

  // Whoever speaks to the workflow itself hears the same.
  const choice = { accounts: [strange], history: THIRTY, wait: 1 } as const;
  await stage.handle(connectionId).executeUpdate(messages.chooseUpdate, { args: [choice] });
  const state = await until(async () => {
    const now = await stage.state(connectionId);
    return 'problem' in now && now.problem ? now : undefined;
  });
  expect(state).toMatchObject({ phase: 'choosing', problem: { nextStep: expect.stringMatching(WHY) as string } });
  expect(state).toMatchObject({ problem: { nextStep: expect.stringContaining(strange) as string } });

  await stage.importer.choose(connectionId, { accounts: [healthy], history: { kind: 'none' } });
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'active', choice: { accounts: [healthy] } });
});

test('alone, it is told of before anybody chooses, and whoever chooses all hears the same', async () => {
  await open(1);
  const connectionId = await stage.signIn();
  expect(await stage.state(connectionId)).toMatchObject({
    phase: 'choosing',
    accounts: 1,
    selectable: 0,
    problem: { code: 'zone_unknown', nextStep: expect.stringMatching(WHY) as string },
  });
  await expect(stage.importer.choose(connectionId)).rejects.toMatchObject({
    code: 'needs_person',
    nextStep: { text: expect.stringMatching(WHY) as string },
  });
  await stage.importer.disconnect(connectionId);
});

test('where it appears in a connection of all accounts, the connection goes on and obeys', async () => {
  await open(2, { account: 1, kind: 'absent', until: LATER });
  const connectionId = await stage.signIn({ selfCheckSeconds: 1 });
  await stage.importer.choose(connectionId, { history: THIRTY });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  await stage.control('PUT', 'clock', { now: LATER, frozen: true });
  expect(await until(() => reasonOf(connectionId, strange))).toMatch(WHY);

  await stage.importer.pause(connectionId, 'a test');
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'paused', grants: { [healthy]: {} } });
  await stage.importer.resume(connectionId);
  expect(await statuses(connectionId)).not.toHaveProperty(strange);
  await stage.importer.disconnect(connectionId);
  expect((await stage.importer.connection(connectionId)).phase).toBe('disconnected');
});

test('a schedule that Temporal refuses costs no other account its own, and the connection does what it is told', async () => {
  stage = await openStage({ accounts: 2, ads: 2, days: 60, now: NOW });
  const [refused = '', other = ''] = ((await stage.control('GET', 'accounts')) as { id: string }[]).map(({ id }) => id);
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'none' } });
  // Node and Postgres do not mind the case; Temporal does.
  const schedules = createDailySchedules(stage.temporal.schedule, 'importer', 'dailySync');
  expect([await schedules.knowsZone('Europe/Berlin'), await schedules.knowsZone('europe/berlin')]).toEqual([
    true,
    false,
  ]);
  await stage.db.query(`update importer.account_zones set zone = 'europe/berlin' where account_id = $1`, [refused]);

  await stage.importer.pause(connectionId, 'a test');
  const isPaused = async (accountId: string): Promise<boolean> =>
    (await stage.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe()).state.paused;
  await until(async () => (await isPaused(other)) || undefined);
  await stage.importer.disconnect(connectionId);
  await until(async () => (await stage.importer.connection(connectionId)).phase === 'disconnected' || undefined);
});
