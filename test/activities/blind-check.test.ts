import { afterEach, describe, expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import type { Choice } from '../../domain/connection.js';
import { watchedAccounts } from '../../store/reports/gauges.js';
import { openSite, rowsOf, type Site } from './site.js';

/** Noon in UTC; the day before is the last due one. */
const FIRST = '2026-11-02' as Day;
const at = (day: Day): string => `${day}T12:00:00Z`;

let site: Site;
let grant: { connectionId: string; accountId: string };
afterEach(() => site[Symbol.asyncDispose]());

const begin = async (options: { feedMisses?: number; choice?: Partial<Choice> } = {}): Promise<void> => {
  const { feedMisses = 0, choice } = options;
  site = await openSite({ ads: 4, days: 60, now: at(FIRST), feedMisses, profile: 'always-on' });
  grant = await site.choose(choice);
  const runId = await site.plan(grant, { kind: 'history' });
  await site.finish(runId);
  await site.call('closeRun', { runId, state: 'completed' });
};

const wake = async (day: Day): Promise<void> => void (await site.control('PUT', 'clock', { now: at(day) }));

/** The daily sync of a day; `before` is done after it has asked and before its first job. */
const sync = async (
  day: Day,
  { state = 'completed', before }: { state?: 'completed' | 'failed'; before?: () => Promise<unknown> } = {},
): Promise<string> => {
  await wake(day);
  const runId = await site.plan(grant, { kind: 'daily', nominal: at(day) });
  await before?.();
  if (state === 'completed') await site.finish(runId);
  await site.call('closeRun', { runId, state, ...(state === 'failed' ? { reason: 'lost' } : {}) });
  return runId;
};

const syncUntil = async (last: Day): Promise<void> => {
  for (let day = addDays(FIRST, 1); day <= last; day = addDays(day, 1)) await sync(day);
};

interface Check {
  readonly run_id: string;
  readonly first_day: Day;
  readonly last_day: Day;
  readonly state: string;
  readonly entity_days: number;
  readonly missed_entity_days: number;
  readonly missed_values: number;
  readonly missed_micros: Readonly<Record<string, number>>;
}
const checks = (): Promise<readonly Check[]> =>
  rowsOf<Check>(site.db, 'select * from importer.blind_checks order by asked_at');

const CELL = `concat_ws(' ', level, entity_id, placement, day)`;
const stored = async (): Promise<ReadonlyMap<string, number>> => {
  const rows = await rowsOf<{ cell: string; micros: number }>(
    site.db,
    `select ${CELL} as cell, billed_charge_local_micro as micros from importer.facts where not impressions = 0`,
  );
  return new Map(rows.map(({ cell, micros }) => [cell, micros]));
};

interface Truth {
  readonly id: string;
  readonly level: string;
  readonly day: Day;
  readonly placement: string;
  readonly metrics: Readonly<Record<string, number>>;
}
/** What X would say now of these days, as `stored` tells it. */
const truth = async (from: Day, to: Day): Promise<ReadonlyMap<string, number>> => {
  const cells = new Map<string, number>();
  for (const level of ['FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET']) {
    const answer = await fetch(`${site.url}/_simulator/truth/${grant.accountId}?from=${from}&to=${to}&level=${level}`);
    for (const line of (await answer.text()).split('\n').filter((text) => text !== '')) {
      const { id, day, placement, metrics } = JSON.parse(line) as Truth;
      if ((metrics['impressions'] ?? 0) === 0) continue;
      cells.set([level, id, placement, day].join(' '), metrics['billed_charge_local_micro'] ?? 0);
    }
  }
  return cells;
};

const differing = async (from: Day, to: Day): Promise<readonly string[]> => {
  const [is, should] = [await stored(), await truth(from, to)];
  return [...should].filter(([cell, micros]) => is.get(cell) !== micros).map(([cell]) => cell);
};

const CHECK_DAY = addDays(FIRST, 7);
const MONTH = { from: addDays(CHECK_DAY, -30), to: addDays(CHECK_DAY, -1) };

describe('a feed that never names corrections', () => {
  test('is found out by the check of the week, to the entity-day and the micro, and the numbers are right again', async () => {
    await begin({ feedMisses: 1 });
    await syncUntil(addDays(CHECK_DAY, -1));
    expect(await checks()).toEqual([]);
    await wake(CHECK_DAY);
    const wrong = await differing(MONTH.from, addDays(CHECK_DAY, -3));
    expect(wrong.length).toBeGreaterThan(0);
    const before = await stored();

    const runId = await sync(CHECK_DAY);
    expect(await differing(MONTH.from, MONTH.to)).toEqual([]);
    const after = await stored();
    expect(await checks()).toMatchObject([
      { run_id: runId, first_day: MONTH.from, last_day: MONTH.to, state: 'read', missed_entity_days: 0 },
    ]);

    await sync(addDays(CHECK_DAY, 1));
    const [check, ...others] = await checks();
    expect(others).toEqual([]);
    expect(check?.state).toBe('judged');
    const findings = await rowsOf<{ cell: string; spend: number; level: string }>(
      site.db,
      `select ${CELL} as cell, level, spend_difference as spend from importer.blind_check_findings where run_id = $1`,
      [runId],
    );
    expect(check?.missed_entity_days).toBe(findings.length);
    expect(check?.missed_values).toBeGreaterThanOrEqual(findings.length);
    const found = new Map(findings.map(({ cell, spend }) => [cell, spend]));
    for (const cell of wrong)
      expect({ cell, by: found.get(cell) }).toEqual({ cell, by: (after.get(cell) ?? 0) - (before.get(cell) ?? 0) });
    const micros = findings
      .filter(({ level }) => level === 'CAMPAIGN')
      .reduce((sum, { spend }) => sum + Math.abs(spend), 0);
    expect(Object.values(check?.missed_micros ?? {})).toEqual([micros]);
    expect(micros).toBeGreaterThan(0);
    expect(await rowsOf(site.db, 'select from importer.blind_check_days')).toEqual([]);

    // And it is measured.
    await site.db.query(`update importer.connections set phase = 'active'`);
    expect(await watchedAccounts(site.db)).toMatchObject([{ feedMissed: findings.length }]);
  });

  test('is found out a day later where the run of that day was lost', async () => {
    await begin({ feedMisses: 1 });
    await syncUntil(addDays(CHECK_DAY, -1));
    const lost = await sync(CHECK_DAY, { state: 'failed' });
    const healed = await sync(addDays(CHECK_DAY, 1));
    await sync(addDays(CHECK_DAY, 2));
    expect(await checks()).toMatchObject([
      { run_id: lost, state: 'given_up', missed_entity_days: 0 },
      { run_id: healed, state: 'judged', missed_entity_days: expect.toSatisfy((found: number) => found > 0) },
    ]);
    // And a week from there, not from the lost one.
    for (let days = 3; days <= 7; days += 1) await sync(addDays(CHECK_DAY, days));
    expect(await checks()).toHaveLength(2);
    await sync(addDays(CHECK_DAY, 8));
    expect(await checks()).toHaveLength(3);
  });

  test('is not looked after with a look-back of 0: each day is imported once, and no check is made', async () => {
    await begin({ feedMisses: 0, choice: { lookBack: 0 } });
    await syncUntil(addDays(CHECK_DAY, 2));
    expect(await checks()).toEqual([]);
    expect(await rowsOf(site.db, 'select from importer.fact_versions limit 1')).toEqual([]);
    const twice = await rowsOf(
      site.db,
      `select from importer.slices s cross join unnest(s.entity_ids) as e (entity_id) where state = 'landed'
       group by s.level, s.placement, s.metric_set, e.entity_id having sum(s.last_day - s.first_day + 1) > 40`,
    );
    expect(twice).toEqual([]);
  });
});

describe('a feed that names everything', () => {
  test('has missed nothing, and no entity-day is read twice in the run of the check', async () => {
    await begin();
    await syncUntil(addDays(CHECK_DAY, -1));
    const runId = await sync(CHECK_DAY);
    const read = await rowsOf<{ times: number }>(
      site.db,
      `select count(*) as times from importer.slices s, unnest(s.entity_ids) as e (entity_id),
         generate_series(s.first_day, s.last_day, interval '1 day') as day
       where s.run_id = $1 group by s.level, s.placement, s.metric_set, e.entity_id, day having count(*) > 1`,
      [runId],
    );
    expect(read).toEqual([]);
    await sync(addDays(CHECK_DAY, 1));
    const [check] = await checks();
    expect(check).toMatchObject({ state: 'judged', missed_entity_days: 0, missed_values: 0, missed_micros: {} });
    expect(check?.entity_days).toBeGreaterThan(0);
  });

  test('has not missed what X changed between its answer and the numbers: the next answer names it', async () => {
    await begin();
    await syncUntil(addDays(CHECK_DAY, -1));
    const before = async (): Promise<void> => void (await site.control('PUT', 'clock', { advance_seconds: 9 * 3_600 }));
    const runId = await sync(CHECK_DAY, { before });
    // Otherwise this would prove nothing.
    const [late] = await rowsOf<{ days: number }>(
      site.db,
      `select count(distinct (r.level, r.entity_id, r.placement, r.day)) as days from importer.restatements r
       join importer.receipts p on p.id = r.new_receipt_id
       join importer.blind_check_days b on b.run_id = p.run_id and b.days @> r.day
         and (b.level, b.entity_id, b.placement) = (r.level, r.entity_id, r.placement)
       where p.run_id = $1`,
      [runId],
    );
    expect(late?.days).toBeGreaterThan(0);
    await sync(addDays(CHECK_DAY, 1));
    expect(await checks()).toMatchObject([{ state: 'judged', missed_entity_days: 0 }]);
  });
});

test('the check leaves out what another run has in hand, and does not wait for it', async () => {
  await begin({ feedMisses: 1 });
  await syncUntil(addDays(CHECK_DAY, -1));
  await wake(CHECK_DAY);
  const held = { from: addDays(CHECK_DAY, -12), to: addDays(CHECK_DAY, -8) };
  const other = await site.plan(grant, { range: held, refetch: true });
  // Its asks name these days, which would make them more than a check; here it is about its claims.
  await site.db.query('delete from importer.asks where run_id = $1', [other]);
  const runId = await site.open(grant, { kind: 'daily', nominal: at(CHECK_DAY) });
  expect(await site.call('survey', { runId })).toMatchObject({ held: 0 });
  const [both] = await rowsOf<{ inside: number; outside: number }>(
    site.db,
    `select count(*) filter (where days && datemultirange(daterange($2, $3, '[]'))) as inside, count(*) as outside
     from importer.blind_check_days where run_id = $1`,
    [runId, held.from, held.to],
  );
  expect(both?.outside).toBeGreaterThan(0);
  expect(both?.inside).toBe(0);
  // Planning again, as after a wait, adds nothing to it.
  const slices = async () => rowsOf(site.db, 'select id from importer.slices where run_id = $1', [runId]);
  const planned = await slices();
  await site.call('planSlices', { runId });
  expect(await slices()).toEqual(planned);
  await site.finish(runId);
  await site.call('closeRun', { runId, state: 'completed' });
});
