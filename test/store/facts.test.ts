import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../domain/ids.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, land, landingOf, storedFacts, type File } from './landing.js';

const EARLY = '2026-02-03T10:00:00Z';
const LATE = '2026-02-04T10:00:00Z';

/** Four days over a month's end, so two partitions. */
const first: File = {
  job: '1900000000000000001',
  observedAt: EARLY,
  metrics: {
    ad1: {
      impressions: [10, 0, 30, 40],
      billed_charge_local_micro: [1_000_000, 0, 3_000_000, -5],
      'conversion_purchases.order_quantity_view': [0, 0, 2, 0],
      clicks: null,
    },
    ad2: { impressions: null, clicks: null },
  },
};

describe('landing a stats file', () => {
  let store: TestStore;
  let runId: RunId;
  const landFile = (file: File) => land(store.db, 'acc', runId, file);
  const facts = () => storedFacts(store.db);
  const versions = async () =>
    (
      await store.db.query(
        'select entity_id, day, impressions, observed_at, superseded_at from importer.fact_versions order by 1, 2, 4',
      )
    ).rows;
  const receipts = async () =>
    (
      await store.db.query<Record<string, unknown>>(
        `select x_job_id, rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale, note
         from importer.receipts order by id`,
      )
    ).rows;

  beforeAll(async () => {
    store = await openStore();
    await addAccounts(store.db, 'acc');
    runId = await addRun(store.db, 'acc');
    await ensurePartitions(store.db, day('2026-01-15'), day('2026-03-15'));
  });
  afterAll(() => store[Symbol.asyncDispose]());
  beforeEach(async () => {
    await store.db.query(
      'truncate importer.facts, importer.mobile_facts, importer.fact_versions, importer.mobile_fact_versions',
    );
    await store.db.query('delete from importer.ledger');
    await store.db.query('delete from importer.receipts');
  });

  test('a first file goes straight into the partitions, and days without a number yield no row', async () => {
    const result = await landFile(first);
    expect(result).toMatchObject({
      kind: 'landed',
      path: 'copy',
      note: null,
      counts: { rowsRead: 3, rowsNew: 3, rowsChanged: 0, rowsUnchanged: 0, rowsZeroed: 0, rowsStale: 0 },
    });
    expect(await facts()).toEqual([
      { entity: 'ad1', day: '2026-01-30', impressions: 10, cost: 1_000_000, more: null },
      {
        entity: 'ad1',
        day: '2026-02-01',
        impressions: 30,
        cost: 3_000_000,
        more: { 'conversion_purchases.order_quantity_view': 2 },
      },
      { entity: 'ad1', day: '2026-02-02', impressions: 40, cost: -5, more: null },
    ]);
    expect(await receipts()).toMatchObject([{ x_job_id: first.job, rows_read: 3, rows_new: 3, note: null }]);
  });

  test('a file without a single number leaves a receipt and no fact', async () => {
    const result = await landFile({ ...first, metrics: { ad1: { impressions: null }, ad2: {} } });
    expect(result).toMatchObject({ kind: 'landed', counts: { rowsRead: 0, rowsNew: 0 } });
    expect(await facts()).toEqual([]);
    expect(await receipts()).toHaveLength(1);
  });

  test('the same job landed twice changes no fact, no version and no count', async () => {
    const once = await landFile(first);
    const [before, receiptsBefore] = [await facts(), await receipts()];
    const twice = await landFile({ ...first, metrics: { ad1: { impressions: [99, 99, 99, 99] } } });
    expect(twice).toEqual({ kind: 'already_landed', receiptId: 'receiptId' in once ? once.receiptId : 0 });
    expect(await facts()).toEqual(before);
    expect(await receipts()).toEqual(receiptsBefore);
    expect(await versions()).toEqual([]);
  });

  test('an unchanged re-read touches receipts, never facts', async () => {
    await landFile(first);
    const physical = 'select tableoid, ctid, xmin, * from importer.facts order by entity_id, day';
    const before = (await store.db.query(physical)).rows;
    const again = await landFile({ ...first, job: '2', observedAt: LATE });
    expect(again).toMatchObject({
      path: 'staging',
      counts: { rowsRead: 3, rowsNew: 0, rowsChanged: 0, rowsUnchanged: 3, rowsZeroed: 0, rowsStale: 0 },
    });
    expect((await store.db.query(physical)).rows).toEqual(before);
    expect(await versions()).toEqual([]);
  });

  test('a restated number leaves its old version, valid until X computed the new one', async () => {
    await landFile(first);
    const again = await landFile({
      job: '2',
      observedAt: LATE,
      metrics: {
        ad1: {
          impressions: [11, 7, 30, 40],
          billed_charge_local_micro: [1_000_000, 0, 3_000_000, -5],
          'conversion_purchases.order_quantity_view': [0, 0, 3, 0],
        },
      },
    });
    expect(again).toMatchObject({ counts: { rowsRead: 4, rowsNew: 1, rowsChanged: 2, rowsUnchanged: 1 } });
    expect((await facts()).map(({ impressions }) => impressions)).toEqual([11, 7, 30, 40]);
    expect((await facts())[2]?.more).toEqual({ 'conversion_purchases.order_quantity_view': 3 });
    expect(await versions()).toEqual([
      { entity_id: 'ad1', day: '2026-01-30', impressions: 10, observed_at: EARLY, superseded_at: LATE },
      { entity_id: 'ad1', day: '2026-02-01', impressions: 30, observed_at: EARLY, superseded_at: LATE },
    ]);
  });

  test('a number that X withdraws becomes zero with its version kept, and stays so without another version', async () => {
    await landFile(first);
    const withdrawn: File = { job: '2', observedAt: LATE, metrics: { ad1: { impressions: [10, 0, 0, 0] } } };
    const again = await landFile({
      ...withdrawn,
      metrics: { ad1: { impressions: [10, 0, 0, 0], billed_charge_local_micro: [1_000_000, 0, 0, 0] } },
    });
    expect(again).toMatchObject({ counts: { rowsRead: 1, rowsUnchanged: 1, rowsZeroed: 2 } });
    expect((await facts()).slice(1)).toEqual([
      { entity: 'ad1', day: '2026-02-01', impressions: 0, cost: 0, more: null },
      { entity: 'ad1', day: '2026-02-02', impressions: 0, cost: 0, more: null },
    ]);
    expect(await versions()).toHaveLength(2);
    const third = await landFile({
      job: '3',
      observedAt: '2026-02-05T10:00:00Z',
      metrics: { ad1: { impressions: [10, 0, 0, 0], billed_charge_local_micro: [1_000_000, 0, 0, 0] } },
    });
    expect(third).toMatchObject({ counts: { rowsUnchanged: 1, rowsZeroed: 0 } });
    expect(await versions()).toHaveLength(2);
  });

  test('ids that the file did not answer, and days outside it, keep their numbers', async () => {
    await landFile({ ...first, metrics: { ...first.metrics, ad3: { impressions: [1, 1, 1, 1] } } });
    await landFile({
      job: '2',
      observedAt: LATE,
      from: '2026-02-01',
      to: '2026-02-01',
      metrics: { ad1: { impressions: [31] } },
    });
    expect((await facts()).map(({ entity, impressions }) => `${entity} ${impressions}`)).toEqual([
      'ad1 10',
      'ad1 31',
      'ad1 40',
      'ad3 1',
      'ad3 1',
      'ad3 1',
      'ad3 1',
    ]);
  });

  test('an older job that lands after a newer one changes no fact and leaves a receipt that says so', async () => {
    await landFile({
      ...first,
      job: '2',
      observedAt: LATE,
      metrics: { ad1: { impressions: [11, 0, 30, 0] }, ad2: {} },
    });
    const before = await facts();
    const late = await landFile(first);
    expect(late).toMatchObject({
      path: 'staging',
      counts: { rowsRead: 3, rowsNew: 0, rowsChanged: 0, rowsUnchanged: 0, rowsZeroed: 0, rowsStale: 3 },
    });
    expect(await facts()).toEqual(before);
    expect(await versions()).toEqual([]);
    const [, stale] = await receipts();
    expect(stale?.['note']).toBe(
      `Computed by X at ${EARLY}, before numbers that had landed already (computed at ${LATE}): 3 entity-days were not applied.`,
    );
  });

  test('an older job does not bring back numbers on days that a newer one found empty', async () => {
    await landFile({ job: '2', observedAt: LATE, metrics: { ad1: { impressions: null } } });
    const late = await landFile(first);
    expect(late).toMatchObject({ path: 'staging', counts: { rowsNew: 0, rowsStale: 3 } });
    expect(await facts()).toEqual([]);
  });

  test('where only a part of the days is newer, the rest of an older job is applied', async () => {
    await landFile({
      job: '2',
      observedAt: LATE,
      from: '2026-02-01',
      to: '2026-02-01',
      metrics: { ad1: { impressions: [31] } },
    });
    const late = await landFile(first);
    expect(late).toMatchObject({ counts: { rowsRead: 3, rowsNew: 2, rowsStale: 1 } });
    expect((await facts()).map(({ impressions }) => impressions)).toEqual([10, 31, 40]);
  });

  test('mobile conversions land in a table of their own, with order and versions of their own', async () => {
    const mobile: File = {
      ...first,
      metricSet: 'mobile',
      metrics: { ad1: { 'mobile_conversion_installs.post_view': [1, 0, 2, 0], impressions: [0, 0, 5, 0] } },
    };
    await landFile({ ...first, job: '9', observedAt: LATE });
    expect(await landFile(mobile)).toMatchObject({ path: 'copy', counts: { rowsNew: 2 } });
    const again: File = {
      ...mobile,
      job: '2',
      observedAt: LATE,
      metrics: { ad1: { 'mobile_conversion_installs.post_view': [1, 0, 0, 0] } },
    };
    expect(await landFile(again)).toMatchObject({ counts: { rowsUnchanged: 1, rowsZeroed: 1 } });
    const { rows } = await store.db.query('select day, more from importer.mobile_facts order by day');
    expect(rows).toEqual([
      { day: '2026-01-30', more: { 'mobile_conversion_installs.post_view': 1 } },
      { day: '2026-02-01', more: null },
    ]);
    const { rows: old } = await store.db.query('select more from importer.mobile_fact_versions');
    expect(old).toEqual([{ more: { impressions: 5, 'mobile_conversion_installs.post_view': 2 } }]);
  });

  test('names that COPY or JSON would read otherwise survive', async () => {
    const name = 'odd "name"\\with\ttab\nand ☃';
    await landFile({ ...first, metrics: { ad1: { [name]: [3_000_000_000, 0, 0, 9_007_199_254_740_991] } } });
    expect((await facts()).map(({ more }) => more)).toEqual([
      { [name]: 3_000_000_000 },
      { [name]: 9_007_199_254_740_991 },
    ]);
  });

  test('twins that land at the same time take turns, and the later computation wins in either order', async () => {
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all([
        landFile({ ...first, job: `a${round}`, observedAt: `2026-03-0${round + 1}T10:00:00Z` }),
        landFile({
          ...first,
          job: `b${round}`,
          observedAt: `2026-03-0${round + 1}T11:00:00Z`,
          metrics: { ad1: { impressions: [100 + round, 0, 0, 0] } },
        }),
        landFile({ ...first, job: `a${round}`, observedAt: `2026-03-0${round + 1}T10:00:00Z` }),
      ]);
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['already_landed', 'landed', 'landed']);
      expect((await facts()).map(({ impressions }) => impressions).filter((n) => n > 0)).toEqual([100 + round]);
    }
  });

  test('a landing that is rolled back leaves nothing, and may be repeated', async () => {
    const attempt = store.db.transaction(async (client) => {
      await landFacts(client, landingOf('acc', runId, first));
      throw new Error('the worker died here');
    });
    await expect(attempt).rejects.toThrow('the worker died here');
    expect(await facts()).toEqual([]);
    expect(await receipts()).toEqual([]);
    expect(await landFile(first)).toMatchObject({ kind: 'landed', counts: { rowsNew: 3 } });
  });

  test('two files may land in one transaction through the same staging table', async () => {
    await landFile(first);
    await store.db.transaction(async (client) => {
      await landFacts(client, landingOf('acc', runId, { ...first, job: '2', observedAt: LATE }));
      const { ad1 } = first.metrics;
      const other = {
        ...first,
        job: '3',
        observedAt: '2026-02-05T10:00:00Z',
        metrics: { ad1: { ...ad1, impressions: [1, 1, 1, 1] } },
      };
      expect(await landFacts(client, landingOf('acc', runId, other))).toMatchObject({
        counts: { rowsRead: 4, rowsNew: 1, rowsChanged: 3 },
      });
    });
  });
});
