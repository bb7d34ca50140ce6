import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunId } from '../../domain/ids.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, land, type File } from './landing.js';

const at = (n: number): string => `2026-02-${String(n).padStart(2, '0')}T10:00:00Z`;

let store: TestStore;
let runId: RunId;
let job = 0;

const read = (observedAt: string, impressions: readonly number[], more: Partial<File> = {}) =>
  land(store.db, 'acc', runId, {
    job: `${++job}`,
    observedAt,
    from: '2026-01-31',
    to: '2026-02-01',
    metrics: { ad1: { impressions } },
    ...more,
  });

/** `entity day impressions` as they stood. */
const asOf = async (instant: string): Promise<readonly string[]> =>
  (
    await store.db.query<{ fact: string }>(
      `select concat_ws(' ', entity_id, day, impressions) as fact from importer.as_of($1)
       where account_id = 'acc' order by entity_id, day`,
      [instant],
    )
  ).rows.map(({ fact }) => fact);

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  runId = await addRun(store.db, 'acc');
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-03-31'));
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['ledger', 'facts', 'mobile_facts', 'fact_versions', 'mobile_fact_versions', 'receipts']) {
    await store.db.query(`delete from importer.${table}`);
  }
});

test('each restatement stands from the moment that X computed it until the next one', async () => {
  await read(at(2), [10, 20]);
  await read(at(3), [11, 20]);
  await read(at(5), [12, 22]);
  expect(await asOf(at(2))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 20']);
  expect(await asOf('2026-02-03T09:59:59.999999Z')).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 20']);
  expect(await asOf(at(3))).toEqual(['ad1 2026-01-31 11', 'ad1 2026-02-01 20']);
  expect(await asOf(at(4))).toEqual(['ad1 2026-01-31 11', 'ad1 2026-02-01 20']);
  expect(await asOf(at(5))).toEqual(['ad1 2026-01-31 12', 'ad1 2026-02-01 22']);
  expect(await asOf('infinity')).toEqual(['ad1 2026-01-31 12', 'ad1 2026-02-01 22']);
});

test('before the first observation there is nothing, and what was read first later is not there earlier', async () => {
  await read(at(2), [10, 0]);
  await read(at(4), [10, 7]);
  expect(await asOf('2026-02-02T09:59:59Z')).toEqual([]);
  expect(await asOf('-infinity')).toEqual([]);
  expect(await asOf(at(3))).toEqual(['ad1 2026-01-31 10']);
  expect(await asOf(at(4))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 7']);
});

test('an unchanged re-read changes nothing of what stood', async () => {
  await read(at(2), [10, 20]);
  await read(at(3), [10, 20]);
  await read(at(4), [10, 20]);
  for (const n of [2, 3, 4]) expect(await asOf(at(n))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 20']);
});

test('what X withdrew stands as zero from then on, and comes back when X brings it back', async () => {
  await read(at(2), [10, 20]);
  await read(at(3), [10, 0]);
  await read(at(4), [10, 5]);
  expect(await asOf(at(2))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 20']);
  expect(await asOf(at(3))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 0']);
  expect(await asOf(at(4))).toEqual(['ad1 2026-01-31 10', 'ad1 2026-02-01 5']);
});

test('two answers computed in the same second leave no moment without a number', async () => {
  await read(at(2), [10, 20]);
  await read(at(2), [11, 20]);
  await read(at(4), [12, 20]);
  expect(await asOf(at(2))).toEqual(['ad1 2026-01-31 11', 'ad1 2026-02-01 20']);
  expect(await asOf(at(3))).toEqual(['ad1 2026-01-31 11', 'ad1 2026-02-01 20']);
  expect(await asOf(at(4))).toEqual(['ad1 2026-01-31 12', 'ad1 2026-02-01 20']);
});

test('mobile facts stand in the same way, by moments of their own', async () => {
  const file = (n: number, installs: number): File => ({
    job: `mobile ${n}`,
    observedAt: at(n),
    from: '2026-02-01',
    to: '2026-02-01',
    metricSet: 'mobile',
    metrics: { ad1: { 'mobile_conversion_installs.post_view': [installs] } },
  });
  await land(store.db, 'acc', runId, file(2, 3));
  await land(store.db, 'acc', runId, file(4, 5));
  const installs = async (n: number) =>
    (
      await store.db.query<{ more: Record<string, number> | null }>('select more from importer.mobile_as_of($1)', [
        at(n),
      ])
    ).rows.map(({ more }) => more?.['mobile_conversion_installs.post_view']);
  expect([await installs(1), await installs(3), await installs(4)]).toEqual([[], [3], [5]]);
  expect(await asOf(at(4))).toEqual([]);
});

test('at the end of time it is what facts hold, whole rows', async () => {
  await read(at(2), [10, 20], {
    metrics: {
      ad1: { impressions: [10, 20], billed_charge_local_micro: [5, 6], video_15s_views: [1, 2] },
      ad2: { clicks: [1, 0], 'conversion_purchases.order_quantity': [2, 0] },
    },
  });
  await read(at(3), [11, 0]);
  const now = await store.db.query('select * from importer.facts order by entity_id, day');
  expect(now.rows).toHaveLength(3);
  expect((await store.db.query(`select * from importer.as_of('infinity') order by entity_id, day`)).rows).toEqual(
    now.rows,
  );
  expect(
    (await store.db.query(`select * from importer.as_of($1) order by entity_id, day`, [at(2)])).rows,
  ).toMatchObject([
    { video_15s_views: 1 },
    { billed_charge_local_micro: 6 },
    { more: { 'conversion_purchases.order_quantity': 2 } },
  ]);
});

test('the account and the day reach the partition and the keys', async () => {
  const { rows } = await store.db.query<Record<string, string>>(
    `explain select sum(impressions) from importer.as_of('2026-02-05') where account_id = 'acc' and day = '2026-02-01'`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('facts_2026_02');
  expect(plan).not.toContain('facts_2026_01');
  expect(plan).not.toContain('Function Scan');
  expect(plan.match(/account_id = 'acc'/g)).toHaveLength(2);
});
