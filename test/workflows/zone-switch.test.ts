import { expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { dailyScheduleId, workflowTypes } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { coverageText } from '../../cli/text/coverage.js';
import { openStage, type Stage, until } from './stage.js';

const zoneOfSchedule = async (stage: Stage, accountId: string): Promise<string | undefined> =>
  (await stage.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe()).spec.timezone;

const syncOn = async (stage: Stage, accountId: string, nominal: string): Promise<void> => {
  await stage.control('PUT', 'clock', { now: nominal });
  await stage.temporal.workflow.execute(workflowTypes.dailySync, {
    taskQueue: 'importer',
    workflowId: `sync/${accountId}/${nominal}`,
    args: [{ accountId, nominal }],
  });
};

test('an account that moves to another zone takes its daily sync with it, and every day of its life is the truth', async () => {
  await using stage = await openStage({
    accounts: 1,
    ads: 5,
    days: 40,
    profile: 'messy',
    now: '2026-03-06T18:00:00Z',
    timezoneSwitches: [{ account: 0, day: '2026-03-10', zone: 'Asia/Tokyo' }],
  });
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  const [account] = await stage.importer.accounts(connectionId);
  const accountId = account?.id ?? '';
  const zone = await until(() => zoneOfSchedule(stage, accountId).catch(() => undefined));
  expect(zone).toBe('America/Los_Angeles');

  await syncOn(stage, accountId, '2026-03-08T17:20:00Z');
  expect(await zoneOfSchedule(stage, accountId)).toBe('America/Los_Angeles');
  await syncOn(stage, accountId, '2026-03-09T17:20:00Z');
  expect(await zoneOfSchedule(stage, accountId)).toBe('Asia/Tokyo');
  for (const day of ['10', '11', '12', '14']) await syncOn(stage, accountId, `2026-03-${day}T01:20:00Z`);

  const range = { from: '2026-02-10' as Day, to: '2026-03-13' as Day };
  const comparison = newComparison();
  await compareAccount(stage.db, stage.url, accountId, range, comparison);
  const { missing, doubled, wrong, examples } = comparison;
  expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
  const [coverage] = await stage.importer.coverage(connectionId, range);
  expect(coverage?.complete).toBe(true);
  expect(coverage && coverageText(coverage)).toMatch(
    /2026-03-09: complete: X moved the account from America\/Los_Angeles to Asia\/Tokyo at 2026-03-09T15:00:00Z: this day ended then, after 8 hours/,
  );
});

test('a zone that this platform does not know blocks the account with what to do, and its schedule stays', async () => {
  await using stage = await openStage({
    accounts: 1,
    ads: 2,
    days: 40,
    now: '2026-03-06T18:00:00Z',
    timezoneSwitches: [{ account: 0, day: '2026-03-10', zone: 'Mars/Olympus_Mons' }],
  });
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  const accountId = (await stage.importer.accounts(connectionId))[0]?.id ?? '';
  await until(() => zoneOfSchedule(stage, accountId).catch(() => undefined));
  await syncOn(stage, accountId, '2026-03-11T18:00:00Z');
  const blocked = await until(async () => {
    const [grant] = (await stage.importer.status(connectionId)).accounts;
    return grant?.status === 'blocked' ? grant : undefined;
  });
  expect(blocked.problem).toMatchObject({ code: 'zone_unknown' });
  expect(blocked.problem?.nextStep.text).toMatch(/does not know the time zone Mars\/Olympus_Mons.*time zone data/);
  expect(await zoneOfSchedule(stage, accountId)).toBe('America/Los_Angeles');
});
