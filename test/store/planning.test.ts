import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countDays } from '../../domain/day-ranges.js';
import { addDays } from '../../domain/calendar.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { type Activity, type LedgerEntry, type Plan, planRange } from '../../domain/plan.js';
import { activityIn, toldTimes } from '../../store/import/asks.js';
import { ledgerOf } from '../../store/import/ledger.js';
import { fromJson } from '../../store/json-text.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day } from './landing.js';

const range: DayRange = { from: day('2026-02-01'), to: day('2026-04-30') };
const INSTANTS = ['2026-04-20T10:00:00Z', '2026-04-25T10:00:00Z', '2026-04-30T10:00:00Z'] as const;
const LEVEL = 'PROMOTED_TWEET';
const PLACEMENT = 'ALL_ON_TWITTER';

let store: TestStore;
let mine: RunId;
let others: RunId;
/** What claims and landings point to; what they say does not matter here, so the slice has landed and holds nothing. */
let sliceId: number;
let receiptId: number;

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  mine = await addRun(store.db, 'acc');
  others = await addRun(store.db, 'acc');
  const slices = await store.db.query<{ id: number }>(
    `insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day, state)
     values ('acc', $1, $2, $3, 'standard', '{a}', '2026-02-01', '2026-02-01', 'landed') returning id`,
    [others, LEVEL, PLACEMENT],
  );
  sliceId = slices.rows[0]?.id ?? 0;
  const receipts = await store.db.query<{ id: number }>(
    `insert into importer.receipts (account_id, run_id, workflow_id, x_job_id, request, response_sha256, response_bytes, observed_at,
       rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale)
     values ('acc', $1, 'w', '1', '{}', '', 0, $2, 0, 0, 0, 0, 0, 0) returning id`,
    [others, INSTANTS[0]],
  );
  receiptId = receipts.rows[0]?.id ?? 0;
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  await store.db.query('delete from importer.ledger');
  await store.db.query('delete from importer.asks');
});

const name = async (activity: readonly Activity[]): Promise<void> => {
  for (const instant of INSTANTS) {
    const { rows } = await store.db.query<{ id: number }>(
      `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
       values ('acc', $1, $2, $4::timestamptz - interval '1 day', $4, $5, $6, $4, $3) returning id`,
      [others, LEVEL, 'abc', instant, range.from, range.to],
    );
    for (const { entityId, days } of activity.filter(({ askedAt }) => askedAt === instant)) {
      await store.db.query(
        `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
         values ($1, 'acc', $2, $3, $4, daterange($5, $6, '[]'), $5::date, $6::date)`,
        [rows[0]?.id, LEVEL, entityId, PLACEMENT, days.from, days.to],
      );
    }
  }
};

const hold = async (ledger: readonly LedgerEntry[]): Promise<void> => {
  for (const entry of ledger) {
    const landed = entry.state === 'landed';
    await store.db.query(
      `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id, slice_id, receipt_id, observed_at)
       values ('acc', $1, $2, $3, 'standard', daterange($4, $5, '[]'), $6, $7, $8, $9, $10)`,
      [
        LEVEL,
        entry.entityId,
        PLACEMENT,
        entry.days.from,
        entry.days.to,
        entry.state,
        entry.mine ? mine : others,
        entry.state === 'open' ? sliceId : null,
        landed ? receiptId : null,
        landed ? entry.observedAt : null,
      ],
    );
  }
};

const plan = (activity: readonly Activity[], ledger: readonly LedgerEntry[], correctedFrom: Day): Plan =>
  planRange({ range, hasAppLineItems: false, activity, ledger, refetch: false, correctedFrom });

/** What a plan claims and leaves to others, day by day. */
const readings = ({ slices, held }: Plan) => ({
  held,
  claims: slices
    .flatMap(({ claims }) =>
      claims.flatMap(({ entityId, days }) =>
        Array.from({ length: countDays(days) }, (_, i) => `${entityId} ${addDays(days.from, i)}`),
      ),
    )
    .toSorted(),
});

const at = <T>(items: readonly [T, ...T[]], i: number): T => items[i % items.length] ?? items[0];

/** Every combination of these would be thousands: a walk through them with strides that have nothing in common. */
const someRows = (seed: number): { activity: Activity[]; ledger: LedgerEntry[] } => {
  const span = (i: number): DayRange => {
    const from = addDays(day('2026-01-20'), (i * 37 + seed * 11) % 95);
    return { from, to: addDays(from, (i * 13 + seed * 7) % 40) };
  };
  const key = { level: LEVEL, placement: PLACEMENT } as const;
  const activity = Array.from({ length: 12 }, (_, i) => ({
    ...key,
    entityId: at(['a', 'b', 'c', 'd'], i),
    days: span(i),
    askedAt: at<Instant>(INSTANTS, i * 5 + seed),
  }));
  // One record of an entity in an ask, as X gives them.
  const named = new Map(activity.map((record) => [`${record.entityId} ${record.askedAt}`, record]));
  const ledger = Array.from({ length: 16 }, (_, i): LedgerEntry => {
    const state = at<LedgerEntry['state']>(['landed', 'landed', 'failed', 'landed', 'unavailable'], i + seed);
    return {
      ...key,
      entityId: at(['a', 'b', 'c', 'd'], i),
      metricSet: 'standard',
      days: span(i * 3 + 1),
      state,
      observedAt: at<Instant>(INSTANTS, i * 7 + seed),
      mine: (i + seed) % 5 === 0,
    };
  });
  // Claims never meet.
  ledger.push(
    ...['a', 'c'].map((entityId, i): LedgerEntry => ({
      ...key,
      entityId,
      metricSet: 'standard',
      days: span(i + 50),
      state: 'open',
      observedAt: null,
      mine: i === 1,
    })),
  );
  return { activity: [...named.values()], ledger };
};

describe('a daily plan from what Postgres has folded is the plan from every single row', () => {
  const bounds = ['2026-01-01', '2026-02-01', '2026-03-15', '2026-03-31', '2026-04-30', '2026-05-01', '2026-07-01'];
  test.each(bounds)('with corrections looked for from %s on', async (from) => {
    const correctedFrom = day(from);
    let claimed = 0;
    for (let seed = 0; seed < 8; seed += 1) {
      await store.db.query('delete from importer.ledger');
      await store.db.query('delete from importer.asks');
      const { activity, ledger } = someRows(seed);
      await name(activity);
      await hold(ledger);
      const expected = readings(plan(activity, ledger, correctedFrom));
      const folded = plan(
        fromJson(await activityIn(store.db, 'acc', range, correctedFrom)),
        fromJson(await ledgerOf(store.db, 'acc', range, mine, correctedFrom)),
        correctedFrom,
      );
      expect(readings(folded)).toEqual(expected);
      claimed += expected.claims.length;
    }
    expect(claimed).toBeGreaterThan(0);
  });
});

test('a year of daily asks and landings of an ad comes as a row for what is settled and one a day for what is not', async () => {
  const correctedFrom = day('2026-04-01');
  const days = Array.from({ length: countDays(range) }, (_, i) => addDays(range.from, i));
  const each = { level: LEVEL, placement: PLACEMENT, entityId: 'a' } as const;
  const [instant] = INSTANTS;
  await hold(
    days.map((one) => ({
      ...each,
      metricSet: 'standard',
      days: { from: one, to: one },
      state: 'landed',
      observedAt: instant,
      mine: false,
    })),
  );
  await name([{ ...each, days: range, askedAt: instant }]);
  const settled = { from: range.from, to: day('2026-03-31') };
  const ledger = fromJson(await ledgerOf(store.db, 'acc', range, mine, correctedFrom));
  expect(ledger.filter((entry) => entry.days.to < correctedFrom).map((entry) => entry.days)).toEqual([settled]);
  expect(ledger).toHaveLength(31);
  expect(fromJson(await activityIn(store.db, 'acc', range, correctedFrom)).map((record) => record.days)).toEqual([
    settled,
    { from: correctedFrom, to: range.to },
  ]);
});

test('what a manual backfill was told of its days is no correction of them, and leaves the feed to ask for itself', async () => {
  const correctedFrom = day('2026-04-01');
  const [landedAt, , askedAt] = INSTANTS;
  const each = { level: LEVEL, placement: PLACEMENT, entityId: 'a', days: range } as const;
  const ledger = [{ ...each, metricSet: 'standard', state: 'landed', observedAt: landedAt, mine: false } as const];
  await hold(ledger);
  await name([{ ...each, askedAt }]);
  const planned = async () =>
    plan(fromJson(await activityIn(store.db, 'acc', range, correctedFrom)), ledger, correctedFrom);
  expect((await planned()).slices).toHaveLength(1);
  expect(await toldTimes(store.db, 'acc', 2)).not.toEqual([]);
  await store.db.query(`update importer.import_runs set kind = 'manual' where id = $1`, [others]);
  expect((await planned()).slices).toEqual([]);
  expect(await toldTimes(store.db, 'acc', 2)).toEqual([]);
  await store.db.query(`update importer.import_runs set kind = 'history' where id = $1`, [others]);
});

const ask = (level: string, from: Instant, to: Instant, observedAt: Instant) =>
  store.db.query(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     values ('acc', $1, $2, $3, $4, '2026-02-01', '2026-02-01', $5, 'abc')`,
    [others, level, from, to, observedAt],
  );

describe('the times that asks have told everything about', () => {
  test('are one for daily asks that overlap, until two hours before the last whole hour of the youngest', async () => {
    await ask(LEVEL, '2026-02-01T08:00:00Z', '2026-02-02T11:00:00Z', '2026-02-02T10:30:00Z');
    await ask(LEVEL, '2026-02-02T08:00:00Z', '2026-02-03T11:00:00Z', '2026-02-03T10:00:00Z');
    await ask('CAMPAIGN', '2026-02-01T08:00:00Z', '2026-02-02T11:00:00Z', '2026-02-09T10:59:59Z');
    expect((await toldTimes(store.db, 'acc', 2)).toSorted((a, b) => a.until.localeCompare(b.until))).toEqual([
      // Answered long after its end, it tells all of its window.
      { level: 'CAMPAIGN', from: '2026-02-01T08:00:00Z', until: '2026-02-02T11:00:00Z' },
      { level: LEVEL, from: '2026-02-01T08:00:00Z', until: '2026-02-03T08:00:00Z' },
    ]);
  });

  test('keep the hole between two asks, and leave out an ask that was answered too early to tell anything', async () => {
    await ask(LEVEL, '2026-02-01T08:00:00Z', '2026-02-02T11:00:00Z', '2026-02-02T10:30:00Z');
    await ask(LEVEL, '2026-02-02T09:00:00Z', '2026-02-03T11:00:00Z', '2026-02-03T10:30:00Z');
    await ask(LEVEL, '2026-02-03T09:00:00Z', '2026-02-03T11:00:00Z', '2026-02-03T10:45:00Z');
    expect(await toldTimes(store.db, 'acc', 2)).toEqual([
      { level: LEVEL, from: '2026-02-01T08:00:00Z', until: '2026-02-02T08:00:00Z' },
      { level: LEVEL, from: '2026-02-02T09:00:00Z', until: '2026-02-03T08:00:00Z' },
    ]);
  });
});
