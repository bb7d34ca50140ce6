import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRollUp } from '../../cli/doctor/roll-up.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { landFacts } from '../../store/facts/facts.js';
import { countRollUpDifferences, monthsToCompare, monthsToRollUp, rollUp } from '../../store/facts/roll-up.js';
import type { Level } from '../../domain/levels.js';
import type { RunId } from '../../domain/ids.js';
import { OPERATOR } from '../../domain/viewer.js';
import { performanceRows, type PerformanceRowsQuery } from '../../store/reports/performance.js';
import { deleteAccountData } from '../../store/account/delete-account-data.js';
import type { Db } from '../../store/pool.js';
import { addAccounts, addConnection, addRun, openStore, type TestStore } from './database.js';
import { day, landingOf } from './landing.js';

let store: TestStore;
let runId: RunId;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  runId = await addRun(store.db, 'acc');
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-03-31'));
  // The import is over.
  await store.db.query(`update importer.import_runs set state = 'completed', ended_at = now()`);
});
afterAll(() => store[Symbol.asyncDispose]());

const FIRST = day('2026-01-01');
const LEVELS: readonly Level[] = ['CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET'];

const rollUpAll = async (db: Db): Promise<void> => {
  for (const month of await monthsToRollUp(db)) expect(await rollUp(db, month)).toBe(true);
};
const differences = async (): Promise<number> => {
  let count = 0;
  for (const month of await monthsToCompare(store.db)) count += await countRollUpDifferences(store.db, month);
  return count;
};

const queryOf = (
  from: Day,
  to: Day,
  groupBy: PerformanceRowsQuery['groupBy'] = ['campaign'],
): PerformanceRowsQuery => ({
  viewer: OPERATOR,
  accounts: ['acc'],
  range: { from, to },
  rows: 'campaign',
  totals: 'campaign',
  groupBy,
  sums: ['impressions', 'billed_charge_local_micro', 'conversion_purchases.metric'],
  filters: {},
  text: null,
  at: { kind: 'now' },
  orderBy: 'name',
});
/** The same from the facts alone: a single day is nowhere else. */
const fromFacts = async (query: PerformanceRowsQuery): Promise<unknown> => {
  const { rows } = await performanceRows(store.db, { ...query, groupBy: [...query.groupBy, 'day'] });
  const sums = new Map<string, Record<string, number>>();
  for (const { keys, sums: of } of rows) {
    const sum = sums.get(keys[0] ?? '') ?? {};
    for (const [name, value] of Object.entries(of)) sum[name] = (sum[name] ?? 0) + Number(value);
    sums.set(keys[0] ?? '', sum);
  }
  return Object.fromEntries(sums);
};
const answered = async (query: PerformanceRowsQuery): Promise<unknown> => {
  const { rows } = await performanceRows(store.db, query);
  return Object.fromEntries(
    rows.map(({ keys, sums }) => [
      keys[0] ?? '',
      Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, Number(value)])),
    ]),
  );
};

test('whatever lands, is restated, deleted or rolled up in between, answers are those of the facts, and so is the roll-up', async () => {
  let job = 0;
  const steps = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('land' as const),
        level: fc.constantFrom(...LEVELS),
        ids: fc.subarray(['c1', 'c2', 'c3'], { minLength: 1 }),
        from: fc.integer({ min: 0, max: 85 }),
        length: fc.integer({ min: 1, max: 60 }),
        values: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('roll up' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('killed' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('delete' as const), from: fc.integer({ min: 0, max: 85 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
  );
  const ranges = fc.array(fc.tuple(fc.integer({ min: 0, max: 89 }), fc.integer({ min: 0, max: 89 })), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 8 }), ranges, async (all, asked) => {
      for (const step of all) {
        if (step.kind === 'land') {
          const to = addDays(FIRST, Math.min(step.from + step.length, 90) - 1);
          const count = Math.min(step.from + step.length, 90) - step.from;
          const numbers = Array.from({ length: count }, (_, d) => step.values[d % step.values.length] ?? 0);
          const metrics = Object.fromEntries(
            step.ids.map((id) => [
              id,
              {
                impressions: numbers,
                billed_charge_local_micro: numbers.map((n) => n * 1_000_003),
                conversion_purchases: null,
                'conversion_purchases.metric': numbers,
              },
            ]),
          );
          const file = {
            job: `${++job}`,
            observedAt: new Date(Date.parse('2026-04-01T00:00:00Z') + job * 1_000).toISOString(),
            from: addDays(FIRST, step.from),
            to,
            metrics,
          };
          await store.db.transaction((tx) => landFacts(tx, { ...landingOf('acc', runId, file), level: step.level }));
        } else if (step.kind === 'roll up') {
          await rollUpAll(store.db);
          expect(await monthsToRollUp(store.db)).toEqual([]);
        } else if (step.kind === 'killed') {
          const [month] = await monthsToRollUp(store.db);
          const killed = {
            ...store.db,
            transaction: (work: Parameters<Db['transaction']>[0]) =>
              store.db.transaction(async (tx) => {
                await work(tx);
                throw new Error('killed');
              }),
          } as Db;
          if (month !== undefined) await expect(rollUp(killed, month)).rejects.toThrow('killed');
        } else if (step.kind === 'delete') {
          await store.db.query('delete from importer.facts where day between $1::date and $1::date + 4', [
            addDays(FIRST, step.from),
          ]);
        } else await store.db.query('truncate importer.facts_2026_02');
      }
      expect(await differences()).toBe(0);
      for (const [a, b] of asked) {
        const query = queryOf(addDays(FIRST, Math.min(a, b)), addDays(FIRST, Math.max(a, b)));
        expect(await answered(query)).toEqual(await fromFacts(query));
      }
    }),
    { numRuns: 25 },
  );
});

const land = (job: string, impressions: number) =>
  landingOf('acc', runId, {
    job,
    observedAt: `2026-05-01T00:00:0${impressions}Z`,
    from: '2026-01-10',
    to: '2026-01-10',
    metrics: { c9: { impressions: [impressions] } },
  });

test('what lands while a month is rolled up is waited for by nobody, and answered from the facts', async () => {
  await store.db.transaction((tx) => landFacts(tx, { ...land('one', 1), level: 'CAMPAIGN' }));
  const query = queryOf(day('2026-01-01'), day('2026-01-31'), []);
  const before = await performanceRows(store.db, query);
  await store.db.transaction(async (tx) => {
    await landFacts(tx, { ...land('two', 5), level: 'CAMPAIGN' });
    // Its note and its numbers come with its commit.
    await rollUpAll(store.db);
    expect(await performanceRows(store.db, query)).toEqual(before);
  });
  expect(await monthsToRollUp(store.db)).toEqual([{ accountId: 'acc', month: '2026-01-01' }]);
  const impressions = async () => Number((await performanceRows(store.db, query)).rows[0]?.sums.impressions);
  const after = await impressions();
  expect(after - Number(before.rows[0]?.sums.impressions)).toBe(4);
  await rollUpAll(store.db);
  expect(await impressions()).toBe(after);
  expect(await differences()).toBe(0);
});

test('a roll-up that differs from the facts is told by the doctor, and the facts answer until it is right again', async () => {
  const { db } = store;
  const query = queryOf(day('2026-01-01'), day('2026-01-31'), []);
  const right = await performanceRows(db, query);
  await db.query(`update importer.rolled_up set sums[1] = 1000000 where level = 'CAMPAIGN' and through = '2026-01-31'`);
  expect(await performanceRows(db, query)).not.toEqual(right);
  expect(await checkRollUp(db)).toEqual([
    expect.objectContaining({
      name: 'roll-up',
      status: 'warning',
      detail: expect.stringContaining('acc 2026-01') as string,
    }),
  ]);
  expect(await performanceRows(db, query)).toEqual(right);
  await rollUpAll(db);
  expect(await performanceRows(db, query)).toEqual(right);
  expect(await checkRollUp(db)).toEqual([expect.objectContaining({ status: 'ok', detail: 'equals the facts' })]);
});

test('an account that is being imported is rolled up when that is over, and one that is deleted leaves nothing', async () => {
  const { db } = store;
  await db.query(`insert into importer.not_rolled_up (account_id, month) values ('acc', '2026-02-01')`);
  const running = await addRun(db, 'acc');
  expect(await monthsToRollUp(db)).toEqual([]);
  await db.query(`update importer.not_rolled_up set noted_at = now() - interval '11 minutes'`);
  expect(await monthsToRollUp(db)).toEqual([{ accountId: 'acc', month: '2026-02-01' }]);
  await db.query(`update importer.import_runs set state = 'completed', ended_at = now() where id = $1`, [running]);
  await db.query(`update importer.accounts set deletion_began_at = now() where id = 'acc'`);
  expect(await rollUp(db, { accountId: 'acc', month: day('2026-02-01') })).toBe(false);
  await deleteAccountData(db, await addConnection(db), ['acc'], new AbortController().signal);
  const { rows } = await db.query(
    'select account_id from importer.rolled_up union all select account_id from importer.not_rolled_up',
  );
  expect(rows).toEqual([]);
});
