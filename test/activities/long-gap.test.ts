import { afterEach, expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import type { Choice } from '../../domain/connection.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * X's corrections are found however late they are read, and of every day that was imported, whoever asked for it. Stored
 * spend is held against the simulator's truth.
 */

/** Noon in UTC; the day before is the last due one. */
const FIRST = '2026-11-02' as Day;
const at = (day: Day): string => `${day}T12:00:00Z`;
const LEVELS = ['FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET'];

let site: Site;
let grant: { connectionId: string; accountId: string };
afterEach(() => site[Symbol.asyncDispose]());

const connect = async (choice?: Partial<Choice>): Promise<void> => {
  site = await openSite({ ads: 4, days: 90, now: at(FIRST), profile: 'always-on' });
  grant = await site.choose(choice);
};

const run = async (
  options: Parameters<Site['plan']>[1],
  state: 'completed' | 'cancelled' = 'completed',
): Promise<void> => {
  const runId = await site.plan(grant, options);
  if (state === 'completed') await site.finish(runId);
  await site.call('closeRun', { runId, state });
};

const sync = async (day: Day, state?: 'cancelled'): Promise<void> => {
  await site.control('PUT', 'clock', { now: at(day) });
  await run({ kind: 'daily', nominal: at(day) }, state);
};

interface TrueRow {
  readonly id: string;
  readonly day: Day;
  readonly placement: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Entity-days of the range whose stored spend is not X's. */
const wrong = async (from: Day, to: Day): Promise<readonly string[]> => {
  const rows = await rowsOf<{ cell: string; micros: number }>(
    site.db,
    `select concat_ws(' ', level, entity_id, placement, day) as cell, billed_charge_local_micro as micros from importer.facts`,
  );
  const stored = new Map(rows.map(({ cell, micros }) => [cell, micros]));
  const found: string[] = [];
  let compared = 0;
  for (const level of LEVELS) {
    const path = `truth/${grant.accountId}?from=${from}&to=${to}&level=${level}`;
    const lines = (await (await fetch(`${site.url}/_simulator/${path}`)).text())
      .split('\n')
      .filter((line) => line !== '');
    for (const { id, day, placement, metrics } of lines.map((line): TrueRow => JSON.parse(line))) {
      const cell = [level, id, placement, day].join(' ');
      compared += 1;
      const is = stored.get(cell) ?? 0;
      const should = metrics['billed_charge_local_micro'] ?? 0;
      if (is !== should) found.push(`${cell}: ${is} instead of ${should}`);
    }
  }
  expect(compared).toBeGreaterThan(0);
  return found;
};

/** The days that are stored at all. */
const storedDays = async (): Promise<readonly Day[]> =>
  (await rowsOf<{ day: Day }>(site.db, 'select distinct day from importer.facts order by day')).map(({ day }) => day);

test('what X corrected during a pause of forty days is read after it, also when the first sync is cut off', async () => {
  await connect();
  await run({ kind: 'history' });
  await sync(addDays(FIRST, 1));
  const awake = addDays(FIRST, 41);
  await sync(awake, 'cancelled');
  await sync(addDays(awake, 1));
  expect(await wrong(addDays(FIRST, -30), addDays(FIRST, 20))).toEqual([]);
});

test('what was backfilled by hand before every history is corrected like the rest, and days between are left alone', async () => {
  await connect({ history: { kind: 'none' } });
  const [from, to] = [addDays(FIRST, -8), addDays(FIRST, -3)];
  await run({ kind: 'manual', range: { from, to } });
  // What somebody called off is not taken up by itself.
  await run({ kind: 'manual', range: { from: addDays(FIRST, -1), to: addDays(FIRST, -1) } }, 'cancelled');
  expect(await wrong(from, to)).toEqual([]);
  for (let day = 1; day < 16; day += 1) await sync(addDays(FIRST, day));
  expect(await wrong(from, to)).toEqual([]);
  expect(await wrong(FIRST, addDays(FIRST, 10))).toEqual([]);
  expect((await storedDays()).filter((day) => day > to && day < FIRST)).toEqual([]);
});
