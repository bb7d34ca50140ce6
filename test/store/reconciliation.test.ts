import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { saveEntities } from '../../store/account/entities.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { campaignTotals, comparisons } from '../../store/reports/reconciliation.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, landingOf } from './landing.js';
import { entity } from './rows.js';

/** Over a month after the day: X changes it no more. */
const FINAL = '2026-03-01T09:00:00Z';

let store: TestStore;
let runId: RunId;
let job = 0;

/** What X says of one day: spend in micros and as many impressions, unless told otherwise. */
const says = (
  level: Level,
  values: Readonly<Record<string, number | Readonly<Record<string, number>>>>,
  { observedAt = FINAL, placement = 'ALL_ON_TWITTER' } = {},
) =>
  store.db.transaction((tx) => {
    const metrics = Object.fromEntries(
      Object.entries(values).map(([id, value]) => {
        const given = typeof value === 'number' ? { billed_charge_local_micro: value, impressions: value } : value;
        return [id, Object.fromEntries(Object.entries(given).map(([name, n]) => [name, [n]]))];
      }),
    );
    const file = { job: `${++job}`, observedAt, from: '2026-01-05', to: '2026-01-05', metrics };
    return landFacts(tx, { ...landingOf('acc', runId, file), level, placement });
  });

/** X's clock, as of its last answer about the account. */
const xNow = (instant: string) => store.db.query('update importer.accounts set observed_at = $1', [instant]);

const range = { from: day('2026-01-01'), to: day('2026-01-31') };
const account = { accountId: 'acc', range };

/** `parent metric parent-children=remainder reason` of what does not agree, spend only unless told otherwise. */
const remainders = async (metric = 'billed_charge_local_micro', all = false): Promise<readonly string[]> => {
  const every = await comparisons(store.db, OPERATOR, { ...account, all: true });
  const differing = await comparisons(store.db, OPERATOR, account);
  // The checksums leave out nothing that the metrics say.
  expect(differing).toEqual(every.filter(({ remainder }) => remainder !== '0'));
  return (all ? every : differing)
    .filter((row) => row.metric === metric)
    .map((r) => `${r.parentId} ${r.parent}-${r.children}=${r.remainder} ${r.reason}`)
    .toSorted();
};

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  runId = await addRun(store.db, 'acc');
  await ensurePartitions(store.db, range.from, range.to);
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [
      entity('FUNDING_INSTRUMENT', 'card', { currency: 'EUR' }),
      entity('CAMPAIGN', 'camp', { name: 'Autumn', currency: 'EUR', fundingInstrumentId: 'card' }),
      entity('LINE_ITEM', 'one', { campaignId: 'camp' }),
      entity('LINE_ITEM', 'two', { campaignId: 'camp' }),
      entity('PROMOTED_TWEET', 'a', { lineItemId: 'one', tweetId: '1' }),
      entity('PROMOTED_TWEET', 'b', { lineItemId: 'one', tweetId: '2' }),
      entity('PROMOTED_ACCOUNT', 'c', { lineItemId: 'one', userId: '9' }),
      // The same tweet twice in one line item.
      entity('PROMOTED_TWEET', 'same1', { lineItemId: 'one', tweetId: '3' }),
      entity('PROMOTED_TWEET', 'same2', { lineItemId: 'one', tweetId: '3' }),
      // The same tweet in two line items.
      entity('PROMOTED_TWEET', 'cross1', { lineItemId: 'one', tweetId: '4' }),
      entity('PROMOTED_TWEET', 'cross2', { lineItemId: 'two', tweetId: '4' }),
    ],
  });
});
afterAll(() => store[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['facts', 'fact_versions', 'receipts']) await store.db.query(`delete from importer.${table}`);
  await xNow(FINAL);
});

test('ads, line items, campaigns and funding instruments agree, over all placements', async () => {
  await says('FUNDING_INSTRUMENT', { card: 60 });
  await says('CAMPAIGN', { camp: 60 });
  await says('LINE_ITEM', { one: 50 });
  await says('LINE_ITEM', { one: 10 }, { placement: 'SPOTLIGHT' });
  await says('PROMOTED_TWEET', { a: 20, b: 30 });
  await says('PROMOTED_ACCOUNT', { c: 10 });
  expect(await comparisons(store.db, OPERATOR, account)).toEqual([]);
  expect(await remainders('impressions', true)).toEqual([
    'camp 60-60=0 agrees',
    'card 60-60=0 agrees',
    'one 60-60=0 agrees',
  ]);
});

test('a funding instrument is compared in what it has, the others in everything', async () => {
  await says('FUNDING_INSTRUMENT', { card: 60 });
  await says('CAMPAIGN', { camp: { billed_charge_local_micro: 60, impressions: 60, clicks: 7 } });
  await says('LINE_ITEM', { one: { billed_charge_local_micro: 60, impressions: 60, clicks: 6 } });
  await says('PROMOTED_TWEET', { a: { billed_charge_local_micro: 60, impressions: 60, clicks: 6 } });
  expect(await comparisons(store.db, OPERATOR, account)).toEqual([
    {
      parentLevel: 'CAMPAIGN',
      parentId: 'camp',
      parentName: 'Autumn',
      childLevel: 'LINE_ITEM',
      day: '2026-01-05',
      metric: 'clicks',
      currency: 'EUR',
      parent: '7',
      children: '6',
      shared: '0',
      remainder: '1',
      sharedTweet: false,
      reason: 'unexplained',
    },
  ]);
});

describe('ads that share a tweet have each the numbers of all of them', () => {
  test('in one line item they count once, and agree', async () => {
    await says('LINE_ITEM', { one: 50 });
    await says('CAMPAIGN', { camp: 50 });
    await says('FUNDING_INSTRUMENT', { card: 50 });
    await says('PROMOTED_TWEET', { a: 20, same1: 30, same2: 30 });
    expect(await remainders()).toEqual([]);
    const [row] = (await comparisons(store.db, OPERATOR, { accountId: 'acc', range, all: true })).filter(
      ({ parentId }) => parentId === 'one',
    );
    expect(row).toMatchObject({ children: '50', shared: '0', sharedTweet: true, reason: 'agrees' });
  });

  test('of those in one line item the one that was read last counts', async () => {
    await says('LINE_ITEM', { one: 31 });
    await says('PROMOTED_TWEET', { same1: 31 });
    await says('PROMOTED_TWEET', { same2: 30 }, { observedAt: '2026-02-28T09:00:00Z' });
    expect((await remainders()).filter((row) => row.startsWith('one'))).toEqual([]);
  });

  test('in two line items they count in neither, and what is left lies within what they say', async () => {
    await says('LINE_ITEM', { one: 50, two: 10 });
    await says('CAMPAIGN', { camp: 60 });
    await says('FUNDING_INSTRUMENT', { card: 60 });
    await says('PROMOTED_TWEET', { a: 20, cross1: 40, cross2: 40 });
    expect(await remainders()).toEqual(['one 50-20=30 shared_tweet', 'two 10-0=10 shared_tweet']);
    const { rows } = await store.db.query(
      `select sum(children) as children, sum(remainder) as remainder, max(shared) as shared, bool_and(shared_tweet) as flagged
       from importer.reconciliation where parent_level = 'LINE_ITEM' and metric = 'billed_charge_local_micro'`,
    );
    // Together the remainders are the tweet's own numbers, and no sum has them twice.
    expect(rows).toEqual([{ children: 20, remainder: 40, shared: 40, flagged: true }]);
  });

  test('what they cannot explain is not put on them', async () => {
    await says('LINE_ITEM', { one: 90 });
    await says('PROMOTED_TWEET', { a: 20, cross1: 40, cross2: 40 });
    expect((await remainders()).filter((row) => row.startsWith('one'))).toEqual(['one 90-20=70 unexplained']);
  });
});

describe('a remainder is a row with its likely reason', () => {
  test('a credit that X gave the campaign and not its line items', async () => {
    await says('FUNDING_INSTRUMENT', { card: 900 });
    await says('CAMPAIGN', { camp: { billed_charge_local_micro: 900, impressions: 10 } });
    await says('LINE_ITEM', { one: { billed_charge_local_micro: 1000, impressions: 12 } });
    await says('PROMOTED_TWEET', { a: { billed_charge_local_micro: 1000, impressions: 12 } });
    expect(await remainders()).toEqual(['camp 900-1000=-100 overspend_credit']);
    expect(await remainders('impressions')).toContain('camp 10-12=-2 unexplained');
  });

  test('a micro less than there are children is rounding', async () => {
    await says('CAMPAIGN', { camp: 61 });
    await says('LINE_ITEM', { one: 50, two: 10 });
    expect((await remainders()).filter((row) => row.startsWith('camp'))).toEqual(['camp 61-60=1 rounding']);
    expect(await remainders('impressions')).toContain('camp 61-60=1 unexplained');
  });

  test('a day that X can still change is settling, and unexplained once it is final, whenever its values last changed', async () => {
    for (const observedAt of ['2026-01-06T09:00:00Z', '2026-02-20T09:00:00Z']) {
      await says('CAMPAIGN', { camp: 90 }, { observedAt });
      await says('LINE_ITEM', { one: 50 }, { observedAt });
    }
    const { rows } = await store.db.query('select distinct observed_at from importer.facts');
    expect(rows).toEqual([{ observed_at: '2026-01-06T09:00:00Z' }]);
    // Prague is an hour ahead of UTC: the thirtieth day after 5 January ends at 23:00.
    await xNow('2026-02-04T22:59:59Z');
    expect(await remainders('impressions')).toContain('camp 90-50=40 settling');
    await xNow('2026-02-04T23:00:00Z');
    expect(await remainders('impressions')).toContain('camp 90-50=40 unexplained');
    await xNow('2026-09-01T09:00:00Z');
    expect(await remainders('impressions')).toContain('camp 90-50=40 unexplained');
  });

  test('how settled a day is goes by the zone that cut it, not by the one that the account moved to', async () => {
    await addAccounts(store.db, 'moved');
    const account = {
      name: 'a',
      businessName: null,
      approvalStatus: 'ACCEPTED',
      deleted: false,
      createdAt: null,
      raw: {},
    };
    const zone = { id: 'moved', timezone: 'America/Los_Angeles', timezoneSwitchAt: '2026-01-19T08:00:00Z' };
    // Of 5 January the thirty-first day after has begun in Prague, of 6 January not; in Los Angeles it has of neither.
    await saveAccounts(store.db, [{ ...account, ...zone }], '2026-02-05T03:00:00Z');
    const movedRun = await addRun(store.db, 'moved');
    const file = { job: 'moved', observedAt: FINAL, from: '2026-01-05', to: '2026-01-06' };
    const whole = { ...file, metrics: { camp: { impressions: [90, 90] } } };
    const landing = { ...landingOf('moved', movedRun, whole), level: 'CAMPAIGN', placement: 'ALL_ON_TWITTER' } as const;
    const parts = { ...file, job: 'parts', metrics: { one: { impressions: [50, 50] } } };
    await saveEntities(store.db, {
      accountId: 'moved',
      observedAt: '2026-01-02T00:00:00Z',
      entities: [entity('CAMPAIGN', 'camp', { currency: 'EUR' }), entity('LINE_ITEM', 'one', { campaignId: 'camp' })],
    });
    await store.db.transaction((tx) => landFacts(tx, landing));
    await store.db.transaction((tx) => landFacts(tx, { ...landingOf('moved', movedRun, parts), level: 'LINE_ITEM' }));
    const compared = await comparisons(store.db, OPERATOR, { accountId: 'moved', range });
    expect(
      compared.filter(({ parentLevel }) => parentLevel === 'CAMPAIGN').map((row) => [row.day, row.reason]),
    ).toEqual([
      ['2026-01-06', 'settling'],
      ['2026-01-05', 'unexplained'],
    ]);
  });

  test('parents without children, children without parents, and children whose parent is not known yet', async () => {
    await says('CAMPAIGN', { camp: 50 });
    await says('PROMOTED_TWEET', { b: 5, stranger: 7 });
    expect(await remainders()).toEqual([
      'camp 50-0=50 no_children',
      'card 0-50=-50 no_parent',
      'null 0-7=-7 parent_unknown',
      'one 0-5=-5 no_parent',
    ]);
  });
});

test('totals come from the campaigns, one for each currency', async () => {
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-02T00:00:00Z',
    entities: [entity('CAMPAIGN', 'usd', { currency: 'USD' })],
  });
  await says('CAMPAIGN', { camp: 50, usd: 7 });
  await says('LINE_ITEM', { one: 90 });
  expect(await campaignTotals(store.db, OPERATOR, account)).toEqual([
    { currency: 'EUR', spend: '50', impressions: '50', clicks: '0', engagements: '0' },
    { currency: 'USD', spend: '7', impressions: '7', clicks: '0', engagements: '0' },
  ]);
});

test('numbers of several currencies are never added up, whatever parent they have', async () => {
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-02T00:00:00Z',
    entities: [entity('CAMPAIGN', 'eur', { currency: 'EUR' }), entity('CAMPAIGN', 'jpy', { currency: 'JPY' })],
  });
  await says('CAMPAIGN', { eur: 5, jpy: 5 });
  const rows = await comparisons(store.db, OPERATOR, account);
  expect(
    rows
      .filter(({ childLevel }) => childLevel === 'CAMPAIGN')
      .map(({ metric, currency, children, reason }) => [metric, currency, children, reason]),
  ).toEqual([
    ['billed_charge_local_micro', 'EUR', '5', 'parent_unknown'],
    ['billed_charge_local_micro', 'JPY', '5', 'parent_unknown'],
    ['impressions', 'EUR', '5', 'parent_unknown'],
    ['impressions', 'JPY', '5', 'parent_unknown'],
  ]);
});

const billed = (micros: number) => ({ billed_charge_local_micro: micros });

test('sums are exact to the micro where they are larger than a number can hold', async () => {
  // Each of them is a safe integer, odd; their sums are not.
  const [most, more] = [9_007_199_254_740_991, 9_007_199_254_740_989];
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-02T00:00:00Z',
    entities: ['vnd1', 'vnd2', 'vnd3'].map((id) =>
      entity('CAMPAIGN', id, { currency: 'VND', fundingInstrumentId: 'dong' }),
    ),
  });
  await says('CAMPAIGN', { vnd1: billed(most), vnd2: billed(most), vnd3: billed(more) });
  await says('CAMPAIGN', { vnd1: billed(most) }, { placement: 'SPOTLIGHT' });
  const [vnd] = await campaignTotals(store.db, OPERATOR, account);
  expect(vnd).toMatchObject({ currency: 'VND', spend: '36028797018963962' });
  const [dong] = (await comparisons(store.db, OPERATOR, account)).filter(
    ({ parentId, metric }) => parentId === 'dong' && metric === 'billed_charge_local_micro',
  );
  expect(dong).toMatchObject({ parent: '0', children: '36028797018963962', remainder: '-36028797018963962' });
});
