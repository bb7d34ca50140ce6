import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { saveEntities } from '../../store/account/entities.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { movements, settlingCurve } from '../../store/reports/restatements.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, landingOf } from './landing.js';
import { entity } from './rows.js';

let store: TestStore;
let runId: RunId;
let job = 0;

/** One answer of X about some entities of a level, from 1 January on. */
const read = (
  observedAt: string,
  metrics: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>,
  level: Level = 'CAMPAIGN',
) =>
  store.db.transaction((tx) => {
    const [values = []] = Object.values(Object.values(metrics)[0] ?? {});
    const to = `2026-01-0${values.length}`;
    const file = { job: `${++job}`, observedAt, from: '2026-01-01', to, metrics };
    return landFacts(tx, { ...landingOf('acc', runId, file), level });
  });

const spend = (...micros: readonly number[]) => ({ billed_charge_local_micro: micros, impressions: micros });
const observed = (instant: string) => store.db.query('update importer.accounts set observed_at = $1', [instant]);
const range = { from: day('2026-01-01'), to: day('2026-01-09') };

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  runId = await addRun(store.db, 'acc');
  await ensurePartitions(store.db, range.from, range.to);
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [
      entity('CAMPAIGN', 'eur', { name: 'Autumn', currency: 'EUR' }),
      entity('CAMPAIGN', 'usd', { name: 'Fall', currency: 'USD' }),
      entity('LINE_ITEM', 'group', { campaignId: 'eur' }),
      entity('PROMOTED_TWEET', 'ad1', { lineItemId: 'group', tweetId: '1' }),
      entity('PROMOTED_TWEET', 'ad2', { lineItemId: 'group', tweetId: '1' }),
    ],
  });
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['facts', 'fact_versions', 'receipts']) await store.db.query(`delete from importer.${table}`);
});

const listed = async () =>
  (
    await store.db.query(
      `select entity_id, day, metric, old, new, difference, percent, observed_at, superseded_at,
         (select x_job_id from importer.receipts where id = old_receipt_id) <>
         (select x_job_id from importer.receipts where id = new_receipt_id) as receipts_differ
       from importer.restatements order by day, metric, observed_at`,
    )
  ).rows;

describe('the view of restatements', () => {
  test('one row per metric and change, each against what came next', async () => {
    await read('2026-01-02T09:00:00Z', { eur: { ...spend(1000), 'conversion_purchases.order_quantity': [2] } });
    await read('2026-01-03T09:00:00Z', { eur: { ...spend(900), 'conversion_purchases.order_quantity': [2] } });
    await read('2026-01-05T09:00:00Z', { eur: { billed_charge_local_micro: [990], impressions: [900] } });
    const common = { entity_id: 'eur', day: '2026-01-01', receipts_differ: true };
    const first = { observed_at: '2026-01-02T09:00:00Z', superseded_at: '2026-01-03T09:00:00Z' };
    const second = { observed_at: '2026-01-03T09:00:00Z', superseded_at: '2026-01-05T09:00:00Z' };
    const down = { old: 1000, new: 900, difference: -100, percent: '-10.0000' };
    expect(await listed()).toEqual([
      { ...common, metric: 'billed_charge_local_micro', ...down, ...first },
      {
        ...common,
        metric: 'billed_charge_local_micro',
        old: 900,
        new: 990,
        difference: 90,
        percent: '10.0000',
        ...second,
      },
      {
        ...common,
        metric: 'conversion_purchases.order_quantity',
        old: 2,
        new: 0,
        difference: -2,
        percent: '-100.0000',
        ...second,
      },
      { ...common, metric: 'impressions', ...down, ...first },
    ]);
  });

  test('unchanged re-reads are none, and of nothing there is no share', async () => {
    await read('2026-01-02T09:00:00Z', { eur: { impressions: [5], clicks: [0] } });
    await read('2026-01-03T09:00:00Z', { eur: { impressions: [5], clicks: [0] } });
    expect(await listed()).toEqual([]);
    await read('2026-01-04T09:00:00Z', { eur: { impressions: [5], clicks: [3] } });
    expect(await listed()).toMatchObject([{ metric: 'clicks', old: 0, new: 3, difference: 3, percent: null }]);
  });

  test('a row deleted by hand is nothing that X changed', async () => {
    await read('2026-01-02T09:00:00Z', { eur: spend(5) });
    await read('2026-01-03T09:00:00Z', { eur: spend(6) });
    await store.db.query('delete from importer.facts');
    expect(await listed()).toEqual([]);
  });

  test('mobile conversions are among them', async () => {
    for (const [n, installs] of [
      [2, 4],
      [3, 5],
    ] as const) {
      await store.db.transaction((tx) =>
        landFacts(
          tx,
          landingOf('acc', runId, {
            job: `${++job}`,
            observedAt: `2026-01-0${n}T09:00:00Z`,
            from: '2026-01-01',
            to: '2026-01-01',
            metricSet: 'mobile',
            metrics: { ad1: { 'mobile_conversion_installs.post_view': [installs] } },
          }),
        ),
      );
    }
    const { rows } = await store.db.query('select metric_set, metric, old, new from importer.restatements');
    expect(rows).toEqual([{ metric_set: 'mobile', metric: 'mobile_conversion_installs.post_view', old: 4, new: 5 }]);
    await store.db.query('delete from importer.mobile_facts');
    await store.db.query('delete from importer.mobile_fact_versions');
  });
});

describe('what moved', () => {
  const query = { accountId: 'acc', level: 'CAMPAIGN', range } as const;

  test('by day, first stored against now, each currency by itself, days that stood still left out', async () => {
    await read('2026-01-04T09:00:00Z', { eur: spend(100, 200), usd: spend(7, 8) });
    await read('2026-01-05T09:00:00Z', { eur: spend(110, 200), usd: spend(7, 8) });
    await read('2026-01-06T09:00:00Z', { eur: spend(120, 200), usd: spend(7, 9) });
    const moved = await movements(store.db, OPERATOR, { ...query, by: 'day' });
    expect(moved).toMatchObject([
      { currency: 'USD', day: '2026-01-02', entityDays: 1, restatements: 1, spend: { was: '8', is: '9' } },
      {
        currency: 'EUR',
        day: '2026-01-01',
        entityDays: 1,
        restatements: 2,
        lastChangedAt: '2026-01-06T09:00:00Z',
        spend: { was: '100', is: '120' },
        impressions: { was: '100', is: '120' },
        clicks: { was: '0', is: '0' },
      },
    ]);
    expect(await movements(store.db, OPERATOR, { ...query, by: 'total' })).toMatchObject([
      { currency: 'EUR', day: null, restatements: 2, spend: { was: '300', is: '320' } },
      { currency: 'USD', restatements: 1, spend: { was: '15', is: '16' } },
    ]);
    expect(await movements(store.db, OPERATOR, { ...query, by: 'entity' })).toMatchObject([
      { entityId: 'eur', entityName: 'Autumn', currency: 'EUR', spend: { was: '300', is: '320' } },
      { entityId: 'usd', entityName: 'Fall', currency: 'USD', spend: { was: '15', is: '16' } },
    ]);
  });

  test('ads that share a tweet count once in a day, and are flagged by themselves', async () => {
    await read('2026-01-04T09:00:00Z', { ad1: spend(100), ad2: spend(100) }, 'PROMOTED_TWEET');
    await read('2026-01-05T09:00:00Z', { ad1: spend(90), ad2: spend(90) }, 'PROMOTED_TWEET');
    const ads = { ...query, level: 'PROMOTED_TWEET' } as const;
    expect(await movements(store.db, OPERATOR, { ...ads, by: 'day' })).toMatchObject([
      { currency: 'EUR', entityDays: 1, spend: { was: '100', is: '90' } },
    ]);
    expect(
      (await movements(store.db, OPERATOR, { ...ads, by: 'entity' })).map((ad) => [ad.entityId, ad.sharedTweet]),
    ).toEqual(
      expect.arrayContaining([
        ['ad1', true],
        ['ad2', true],
      ]),
    );
  });

  test('nothing in another range, and no total where there is no number', async () => {
    await read('2026-01-04T09:00:00Z', { eur: spend(100) });
    await read('2026-01-05T09:00:00Z', { eur: spend(101) });
    const later = { from: day('2026-01-05'), to: day('2026-01-09') };
    for (const by of ['day', 'entity', 'total'] as const) {
      expect(await movements(store.db, OPERATOR, { ...query, range: later, by })).toEqual([]);
    }
  });
});

test('sums of micros are exact where they are larger than a number can hold', async () => {
  const most = 9_007_199_254_740_991;
  await read('2026-01-04T09:00:00Z', { eur: { billed_charge_local_micro: [most, most, most - 2] } });
  await read('2026-01-05T09:00:00Z', { eur: { billed_charge_local_micro: [most, most - 1, most - 2] } });
  expect(
    await movements(store.db, OPERATOR, { accountId: 'acc', level: 'CAMPAIGN', range, by: 'total' }),
  ).toMatchObject([{ spend: { was: '27021597764222971', is: '27021597764222970' } }]);
});

describe('the settling curve', () => {
  test('share of the final numbers by the end of each day after, over days that X changes no more', async () => {
    // Prague: an hour ahead of UTC. Late on 2 January local is still the first day after.
    await read('2026-01-02T22:30:00Z', { eur: { billed_charge_local_micro: [80], impressions: [100] } });
    await read('2026-01-04T09:00:00Z', { eur: { billed_charge_local_micro: [90], impressions: [100] } });
    await read('2026-01-14T09:00:00Z', { eur: { billed_charge_local_micro: [100], impressions: [100] } });
    await observed('2026-01-31T12:00:00Z');
    expect(await settlingCurve(store.db, OPERATOR, 'acc')).toEqual([]);
    await observed('2026-02-01T12:00:00Z');
    const curve = await settlingCurve(store.db, OPERATOR, 'acc');
    expect(curve).toHaveLength(30);
    expect(curve.map(({ spendShare }) => spendShare)).toEqual([
      0.8,
      0.8,
      ...Array.from({ length: 10 }, () => 0.9),
      ...Array.from({ length: 18 }, () => 1),
    ]);
    expect(curve[0]).toEqual({
      currency: 'EUR',
      daysAfter: 1,
      spendShare: 0.8,
      impressionsShare: 1,
      clicksShare: null,
      days: 1,
    });
  });

  test('days that were first read later say nothing of the time before, and history says nothing at all', async () => {
    await read('2026-01-05T09:00:00Z', { eur: spend(50) });
    await read('2026-01-06T09:00:00Z', { eur: spend(100) });
    await read('2026-03-20T09:00:00Z', { usd: spend(50) });
    await observed('2026-04-01T12:00:00Z');
    const curve = await settlingCurve(store.db, OPERATOR, 'acc');
    expect(curve.map(({ currency }) => currency)).not.toContain('USD');
    expect(curve.slice(0, 2)).toMatchObject([
      { daysAfter: 4, spendShare: 0.5 },
      { daysAfter: 5, spendShare: 1 },
    ]);
  });

  test('days after are counted in the zone that was in force when a number was observed', async () => {
    // Late on 2 January in Prague, and already the third in Tokyo, where the account moves later.
    await read('2026-01-02T22:30:00Z', { eur: spend(80) });
    await read('2026-01-30T22:30:00Z', { eur: spend(100) });
    const account = {
      name: 'a',
      businessName: null,
      approvalStatus: 'ACCEPTED',
      deleted: false,
      createdAt: null,
      raw: {},
    };
    const moved = { id: 'acc', timezone: 'Asia/Tokyo', timezoneSwitchAt: '2026-01-19T15:00:00Z' };
    await saveAccounts(store.db, [{ ...account, ...moved }], '2026-04-01T12:00:00Z');
    const shares = (await settlingCurve(store.db, OPERATOR, 'acc')).map(({ daysAfter, spendShare }) => [
      daysAfter,
      spendShare,
    ]);
    expect(shares[0]).toEqual([1, 0.8]);
    // By the end of the 29th day after it was still the old number in Tokyo; in Prague it was replaced on that day.
    expect(shares.slice(28)).toEqual([
      [29, 0.8],
      [30, 1],
    ]);
  });

  test('the curve rests on days that are final by the zone that cut them, not by the one the account moved to', async () => {
    await read('2026-01-02T22:30:00Z', { eur: spend(80) });
    const account = {
      name: 'a',
      businessName: null,
      approvalStatus: 'ACCEPTED',
      deleted: false,
      createdAt: null,
      raw: {},
    };
    const moved = { id: 'acc', timezone: 'Asia/Tokyo', timezoneSwitchAt: '2026-01-19T15:00:00Z' };
    await saveAccounts(store.db, [{ ...account, ...moved }], '2026-04-01T12:00:00Z');
    // In Tokyo 1 January is thirty-one days ago at both moments, in Prague at the second.
    await observed('2026-01-31T22:59:00Z');
    expect(await settlingCurve(store.db, OPERATOR, 'acc')).toEqual([]);
    await observed('2026-01-31T23:01:00Z');
    expect(await settlingCurve(store.db, OPERATOR, 'acc')).toHaveLength(30);
  });
});
