import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSharedReads } from '../../client/context.js';
import { readOutlook } from '../../client/read/outlook.js';
import { addDays, type Day, dayNumber } from '../../domain/calendar.js';
import { countDays } from '../../domain/day-ranges.js';
import { startOfDay } from '../../domain/local-days.js';
import { SETTLING_METRICS, settlingForecasts, type SettledDay } from '../../domain/outlook.js';
import { OPERATOR } from '../../domain/viewer.js';
import { simulatedAccounts, trueRows, type TrueRow } from '../../local/once/simulated.js';
import type { RunningSimulator } from '../../simulator/server.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { saveEntities } from '../../store/account/entities.js';
import { landFacts, type Landing } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { startSimulator } from '../support/simulator.js';
import { addRun, openStore } from './database.js';
import { day, landingOf } from './landing.js';
import { entity } from './rows.js';

/*
 * Days of a simulated account as X answers every morning. X settles them by the simulator's own model, and what they become is
 * the simulator's truth.
 */

const FIRST = day('2025-10-01');
const EVIDENCE_DAYS = 100;
const JUDGED_DAYS = 200;
/** A day is judged by the days that were final on the morning after it. */
const FINAL_AFTER = 31;
const DAYS = EVIDENCE_DAYS + FINAL_AFTER + JUDGED_DAYS;
const AGES = [1, 2, 3];
const NAMES = { spend: 'billed_charge_local_micro', impressions: 'impressions', clicks: 'clicks' } as const;
const NOTHING = { spend: 0, impressions: 0, clicks: 0 };

let simulator: RunningSimulator;
let accountId: string;
let zone: string;
/** By day and age. */
const answered = new Map<string, Record<keyof typeof NAMES, number>>();
const became = new Map<string, Record<keyof typeof NAMES, number>>();

const morningOf = (of: Day): string => new Date(Date.parse(startOfDay(of, zone)) + 10 * 3_600_000).toISOString();

const told = async (from: Day, to: Day, asOf: string): Promise<readonly TrueRow[]> => {
  const rows: TrueRow[] = [];
  for await (const row of trueRows(simulator.url, accountId, { level: 'CAMPAIGN', from, to, asOf })) rows.push(row);
  return rows;
};

const add = (sums: typeof became, key: string, { metrics }: TrueRow): void => {
  const sum = sums.get(key) ?? { ...NOTHING };
  for (const metric of SETTLING_METRICS) sum[metric] += metrics[NAMES[metric]] ?? 0;
  sums.set(key, sum);
};

/** Of days from the i-th on, to before the n-th. */
const evidence = (i: number, n: number): readonly SettledDay[] =>
  Array.from({ length: n - i }, (_, k) => addDays(FIRST, i + k)).flatMap((of) =>
    AGES.map((daysAfter) => ({
      currency: 'EUR',
      daysAfter,
      stored: answered.get(`${of} ${daysAfter}`) ?? NOTHING,
      final: became.get(of) ?? NOTHING,
    })),
  );

beforeAll(async () => {
  simulator = await startSimulator({ ads: 12, days: 400, now: '2026-11-01T12:00:00Z', seed: 7 });
  const [account] = await simulatedAccounts(simulator.url);
  if (account === undefined) throw new Error('the simulator has no account');
  ({ id: accountId, timezone: zone } = account);
  const last = addDays(FIRST, DAYS - 1);
  for (const row of await told(FIRST, last, morningOf(addDays(last, FINAL_AFTER)))) add(became, row.day, row);
  for (let i = 1; i < DAYS + Math.max(...AGES); i += 1) {
    const on = addDays(FIRST, i);
    const rows = await told(addDays(on, -Math.max(...AGES)), addDays(on, -1), morningOf(on));
    for (const row of rows) add(answered, `${row.day} ${(Date.parse(on) - Date.parse(row.day)) / 86_400_000}`, row);
  }
});
afterAll(() => simulator.close());

test('four of five days end in the band that was said of them, from what was final then', () => {
  const held = new Map<string, number>();
  for (let i = EVIDENCE_DAYS + FINAL_AFTER; i < DAYS; i += 1) {
    const of = addDays(FIRST, i);
    const forecasts = settlingForecasts(evidence(i - FINAL_AFTER - EVIDENCE_DAYS, i - FINAL_AFTER));
    for (const { metric, daysAfter, low, high } of forecasts) {
      const stored = answered.get(`${of} ${daysAfter}`)?.[metric] ?? 0;
      const move = ((became.get(of)?.[metric] ?? 0) - stored) / stored;
      const key = `${metric} after ${daysAfter}`;
      held.set(key, (held.get(key) ?? 0) + Number(move >= low && move <= high));
    }
  }
  expect(held.size).toBe(AGES.length * SETTLING_METRICS.length);
  for (const [of, days] of held)
    expect({ of, days, isEnough: days >= 0.75 * JUDGED_DAYS }).toEqual({ of, days, isEnough: true });
  // A band that holds everything says nothing: spend is an estimate until the third morning.
  expect(held.get('spend after 1')).toBeLessThan(0.9 * JUDGED_DAYS);
});

test('what was imported morning by morning is the evidence, and under thirty days of it nothing is said', async () => {
  await using store = await openStore();
  const days = 31;
  const lastRead = addDays(FIRST, days - 1 + FINAL_AFTER);
  const account = {
    name: 'a',
    businessName: null,
    approvalStatus: 'ACCEPTED',
    deleted: false,
    createdAt: null,
    raw: {},
  };
  const describe = (on: Day) =>
    saveAccounts(store.db, [{ id: accountId, ...account, timezone: zone, timezoneSwitchAt: null }], morningOf(on));
  await describe(FIRST);
  const runId = await addRun(store.db, accountId);
  await ensurePartitions(store.db, FIRST, lastRead);
  const land = async (from: Day, to: Day, on: Day): Promise<void> => {
    const observedAt = morningOf(on);
    const rows = await told(from, to, observedAt);
    for (const placement of new Set(rows.map((row) => row.placement))) {
      const metrics: Record<string, Record<string, number[]>> = {};
      for (const row of rows.filter((each) => each.placement === placement))
        for (const name of Object.values(NAMES)) {
          const series = ((metrics[row.id] ??= {})[name] ??= Array.from({ length: countDays({ from, to }) }, () => 0));
          series[dayNumber(day(row.day)) - dayNumber(from)] = row.metrics[name] ?? 0;
        }
      const file = { job: `${on} ${from} ${placement}`, observedAt, from, to, metrics };
      const landing = { ...landingOf(accountId, runId, file), level: 'CAMPAIGN', placement } as Landing;
      await store.db.transaction((tx) => landFacts(tx, landing));
    }
  };
  const campaigns = new Set((await told(FIRST, lastRead, morningOf(lastRead))).map(({ id }) => id));
  const entities = [...campaigns].map((id) => entity('CAMPAIGN', id, { currency: 'EUR' }));
  await saveEntities(store.db, { accountId, observedAt: morningOf(FIRST), entities });
  for (let i = 0; i < days; i += 1)
    for (const age of AGES) await land(addDays(FIRST, i), addDays(FIRST, i), addDays(FIRST, i + age));
  await land(FIRST, addDays(FIRST, days - 1), lastRead);
  const outlook = async (on: Day) => {
    await describe(on);
    const context = { db: store.db, viewer: OPERATOR, now: () => new Date(morningOf(on)), ...createSharedReads() };
    return (await readOutlook(context as unknown as Parameters<typeof readOutlook>[0], [accountId]))[0];
  };
  // On the morning before, the thirtieth day is not final.
  expect(await outlook(addDays(lastRead, -2))).toMatchObject({ forecasts: [] });
  const { seenOn, forecasts, wait } = (await outlook(lastRead)) ?? {};
  expect(seenOn).toBe(lastRead);
  expect(forecasts?.filter(({ daysAfter }) => daysAfter < 3)).toEqual(
    settlingForecasts(evidence(0, days)).filter(({ daysAfter }) => daysAfter < 3),
  );
  expect(wait).toMatchObject({ wait: 3, metric: 'spend', after1: { days } });
});
