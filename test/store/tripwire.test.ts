import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../domain/ids.js';
import type { MetricSet } from '../../domain/levels.js';
import { planRange } from '../../domain/plan.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { ledgerOf } from '../../store/import/ledger.js';
import { fromJson } from '../../store/json-text.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, land } from './landing.js';

const OBSERVED = '2026-02-10T10:00:00Z';
const range = { from: day('2026-01-30'), to: day('2026-02-02') };
const DAYS = ['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02'];

let store: TestStore;
let runId: RunId;
let job = 0;

/** Both ads land, ad2 with a day without a number. */
const landed = (metricSet: MetricSet) => {
  const name = metricSet === 'standard' ? 'impressions' : 'mobile_conversion_installs.post_view';
  return land(store.db, 'acc', runId, {
    job: `${++job}`,
    observedAt: OBSERVED,
    ...range,
    metricSet,
    metrics: { ad1: { [name]: [1, 2, 3, 4] }, ad2: { [name]: [5, 0, 7, 8] } },
  });
};

/** X named two ads on four days, and they have landed. */
const imported = async (): Promise<void> => {
  const { rows } = await store.db.query<{ id: number }>(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     values ('acc', $1, 'PROMOTED_TWEET', '2026-01-30', '2026-02-05', $2, $3, $4, 'abc') returning id`,
    [runId, range.from, range.to, OBSERVED],
  );
  await store.db.query(
    `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
     select $1, 'acc', 'PROMOTED_TWEET', id, 'ALL_ON_TWITTER', daterange($2, $3, '[]'), $2::date, $3::date from unnest(array['ad1', 'ad2']) id`,
    [rows[0]?.id, range.from, range.to],
  );
  await landed('standard');
};

const missing = async (): Promise<readonly string[]> =>
  (await coverageDays(store.db, OPERATOR, { accountId: 'acc', ...range }))
    .filter(({ level, status }) => level === 'PROMOTED_TWEET' && status === 'missing')
    .map((lacking) => lacking.day);

/** What the next plan wants: `set ids first..last`. */
const wanted = async (hasAppLineItems = false): Promise<readonly string[]> => {
  const next = await addRun(store.db, 'acc');
  const { slices } = planRange({
    range,
    hasAppLineItems,
    refetch: false,
    activity: ['ad1', 'ad2'].map((entityId) => ({
      level: 'PROMOTED_TWEET',
      entityId,
      placement: 'ALL_ON_TWITTER',
      days: range,
      askedAt: OBSERVED,
    })),
    ledger: fromJson(await ledgerOf(store.db, 'acc', range, next)),
  });
  return slices.flatMap((slice) =>
    slice.claims.map(({ entityId, days }) => `${slice.metricSet} ${entityId} ${days.from}..${days.to}`),
  );
};

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  runId = await addRun(store.db, 'acc');
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-02-28'));
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['ledger', 'asks', 'facts', 'mobile_facts', 'fact_versions', 'mobile_fact_versions', 'receipts'])
    await store.db.query(`delete from importer.${table}`);
});

describe('a day whose numbers were deleted by hand is missing, and the next plan wants exactly it again', () => {
  test('one row, through the parent', async () => {
    await imported();
    expect([await missing(), await wanted()]).toEqual([[], []]);
    await store.db.query(`delete from importer.facts where entity_id = 'ad1' and day = '2026-01-31'`);
    expect(await missing()).toEqual(['2026-01-31']);
    expect(await wanted()).toEqual(['standard ad1 2026-01-31..2026-01-31']);
  });

  test('one row, straight from its partition', async () => {
    await imported();
    await store.db.query(`delete from importer.facts_2026_02 where entity_id = 'ad2' and day = '2026-02-01'`);
    expect(await missing()).toEqual(['2026-02-01']);
    expect(await wanted()).toEqual(['standard ad2 2026-02-01..2026-02-01']);
  });

  test('several rows over several partitions in one statement', async () => {
    await imported();
    await store.db.query(`delete from importer.facts where day in ('2026-01-30', '2026-02-02')`);
    expect(await missing()).toEqual(['2026-01-30', '2026-02-02']);
    expect((await wanted()).toSorted()).toEqual([
      'standard ad1 2026-01-30..2026-01-30',
      'standard ad1 2026-02-02..2026-02-02',
      'standard ad2 2026-01-30..2026-01-30',
      'standard ad2 2026-02-02..2026-02-02',
    ]);
  });

  test('a truncated month, and everything truncated: the days that had a number, and no others', async () => {
    await imported();
    await store.db.query('truncate importer.facts_2026_01');
    expect(await missing()).toEqual(['2026-01-30', '2026-01-31']);
    expect((await wanted()).toSorted()).toEqual([
      'standard ad1 2026-01-30..2026-01-31',
      'standard ad2 2026-01-30..2026-01-30',
    ]);
    await store.db.query('truncate importer.facts');
    expect(await missing()).toEqual(DAYS);
    expect((await wanted()).toSorted()).toEqual([
      'standard ad1 2026-01-30..2026-02-02',
      'standard ad2 2026-01-30..2026-01-30',
      'standard ad2 2026-02-01..2026-02-02',
    ]);
  });

  test('mobile facts, without a word about the standard ones', async () => {
    await store.db.query('update importer.accounts set has_app_line_items = true');
    await imported();
    await landed('mobile');
    expect(await wanted(true)).toEqual([]);
    await store.db.query(`delete from importer.mobile_facts where entity_id = 'ad1' and day = '2026-02-02'`);
    expect(await missing()).toEqual(['2026-02-02']);
    expect(await wanted(true)).toEqual(['mobile ad1 2026-02-02..2026-02-02']);
    await store.db.query('truncate importer.mobile_facts_2026_01');
    expect(await missing()).toEqual(['2026-01-30', '2026-01-31', '2026-02-02']);
    await store.db.query('update importer.accounts set has_app_line_items = false');
  });

  test('a month that was dropped, once its partition is made again', async () => {
    await imported();
    await store.db.query('drop table importer.facts_2026_02');
    await ensurePartitions(store.db, range.from, range.to);
    expect(await missing()).toEqual(['2026-02-01', '2026-02-02']);
    expect((await wanted()).toSorted()).toEqual([
      'standard ad1 2026-02-01..2026-02-02',
      'standard ad2 2026-02-01..2026-02-02',
    ]);
  });

  test('with constraints and triggers set aside', async () => {
    await imported();
    await store.db.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      await tx.query(`delete from importer.facts where day = '2026-01-30'`);
    });
    expect(await missing()).toEqual(['2026-01-30']);
    await store.db.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      await tx.query('delete from importer.receipts');
    });
    expect(await missing()).toEqual(DAYS);
    expect(await wanted()).toEqual(['standard ad1 2026-01-30..2026-02-02', 'standard ad2 2026-01-30..2026-02-02']);
  });
});

test('a receipt that a landed day refers to cannot be deleted; truncating it takes the ledger along', async () => {
  await imported();
  await expect(store.db.query('delete from importer.receipts')).rejects.toThrow(/foreign key/);
  expect(await missing()).toEqual([]);
  await expect(store.db.query('truncate importer.receipts')).rejects.toThrow(/foreign key/);
  await store.db.query('truncate importer.receipts cascade');
  expect(await missing()).toEqual(DAYS);
});

test('what is read again fills the hole, and the rest of the range keeps its receipt', async () => {
  await imported();
  await store.db.query(`delete from importer.facts where entity_id = 'ad1' and day = '2026-01-31'`);
  await land(store.db, 'acc', runId, {
    job: `${++job}`,
    observedAt: '2026-02-11T10:00:00Z',
    from: '2026-01-31',
    to: '2026-01-31',
    metrics: { ad1: { impressions: [2] } },
  });
  expect([await missing(), await wanted()]).toEqual([[], []]);
  const { rows } = await store.db.query(
    `select lower(days) as first, upper(days) - 1 as last, observed_at from importer.ledger
     where entity_id = 'ad1' order by days`,
  );
  expect(rows).toEqual([
    { first: '2026-01-30', last: '2026-01-30', observed_at: OBSERVED },
    { first: '2026-01-31', last: '2026-01-31', observed_at: '2026-02-11T10:00:00Z' },
    { first: '2026-02-01', last: '2026-02-02', observed_at: OBSERVED },
  ]);
});

test('claims and refusals are no numbers: deleting facts leaves them', async () => {
  await imported();
  await store.db.query(
    `update importer.ledger set state = 'failed', receipt_id = null, reason = 'X cannot' where entity_id = 'ad2'`,
  );
  await store.db.query('delete from importer.facts');
  const { rows } = await store.db.query('select entity_id, state from importer.ledger');
  expect(rows).toEqual([{ entity_id: 'ad2', state: 'failed' }]);
});
