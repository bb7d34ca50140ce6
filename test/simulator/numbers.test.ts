import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupBy, startX, type TruthLine, type X } from './support/x.js';

const LEVELS = [
  'ACCOUNT',
  'FUNDING_INSTRUMENT',
  'CAMPAIGN',
  'LINE_ITEM',
  'PROMOTED_TWEET',
  'PROMOTED_ACCOUNT',
] as const;
type Level = (typeof LEVELS)[number];

const sum = (lines: readonly TruthLine[], metric: string): number =>
  lines.reduce((total, { metrics }) => total + (metrics[metric] ?? 0), 0);

const open: X[] = [];
const start = async (...options: Parameters<typeof startX>): Promise<X> => {
  const x = await startX(...options);
  open.push(x);
  return x;
};
afterAll(() => Promise.all(open.map((x) => x.running.close())));

/** An account in Los Angeles with 60 days of history before 2026-08-24. */
const WINDOW = { from: '2026-06-20', to: '2026-08-24' };

let messy: X;
let account: string;
const truth = (level: Level): Promise<readonly TruthLine[]> => messy.truth(account, { ...WINDOW, level });
const spendAt = async (level: Level): Promise<number> => sum(await truth(level), 'billed_charge_local_micro');
/** The sum of all entities of a level, by day and placement. */
const totals = async (level: Level, metric: string): Promise<Readonly<Record<string, number>>> => {
  const groups = groupBy(await truth(level), ({ day, placement }) => `${day} ${placement}`);
  return Object.fromEntries([...groups].map(([key, lines]) => [key, sum(lines, metric)] as const));
};

describe('levels', () => {
  beforeAll(async () => {
    messy = await start({ profile: 'messy', ads: 120, accounts: 1 });
    account = await messy.firstAccount();
  });

  test('§17.52: ads that share a tweet answer with identical numbers, and so exceed their line items', async () => {
    const ads = await messy.list(account, 'promoted_tweets', { with_deleted: true });
    const byTweet = groupBy(ads, (row) => String(row['tweet_id']));
    const shared = [...byTweet.values()].find((group) => group.length > 1) ?? [];
    const lines = await truth('PROMOTED_TWEET');
    const of = (index: number): string =>
      JSON.stringify(lines.filter(({ id }) => id === shared[index]?.['id']).map(({ day, metrics }) => [day, metrics]));
    expect(shared.length).toBeGreaterThan(1);
    expect(of(0)).toBe(of(1));
    expect(sum(lines, 'impressions')).toBeGreaterThan(
      sum(await truth('LINE_ITEM'), 'impressions') - sum(await truth('PROMOTED_ACCOUNT'), 'impressions'),
    );
  });

  test('§17.52: without the switch, ads add up to their line items', async () => {
    const plain = await start({ profile: 'messy', ads: 60, accounts: 1, reusedTweets: false });
    const id = await plain.firstAccount();
    const of = async (level: Level): Promise<number> =>
      sum(await plain.truth(id, { ...WINDOW, level }), 'billed_charge_local_micro');
    expect((await of('PROMOTED_TWEET')) + (await of('PROMOTED_ACCOUNT'))).toBe(await of('LINE_ITEM'));
  });

  test('§17.53: overspend credits reduce campaign and funding instrument, not line items', async () => {
    expect(await spendAt('CAMPAIGN')).toBeLessThan(await spendAt('LINE_ITEM'));
    expect(await spendAt('FUNDING_INSTRUMENT')).toBe(await spendAt('CAMPAIGN'));
    const none = await start({ profile: 'messy', ads: 60, accounts: 1, overspendCredits: false });
    const id = await none.firstAccount();
    const of = async (level: Level): Promise<number> =>
      sum(await none.truth(id, { ...WINDOW, level }), 'billed_charge_local_micro');
    expect(await of('CAMPAIGN')).toBe(await of('LINE_ITEM'));
  });

  test('all other numbers agree from the account down to the line item, day by day and placement by placement', async () => {
    const lineItems = await totals('LINE_ITEM', 'impressions');
    expect(Object.keys(lineItems).some((key) => key.endsWith('SPOTLIGHT'))).toBe(true);
    expect(Object.keys(lineItems).some((key) => key.endsWith('TREND'))).toBe(true);
    for (const level of ['ACCOUNT', 'FUNDING_INSTRUMENT', 'CAMPAIGN'] as const) {
      expect(await totals(level, 'impressions')).toEqual(lineItems);
    }
    const conversions = 'conversion_purchases.sale_amount';
    expect(await totals('CAMPAIGN', conversions)).toEqual(await totals('LINE_ITEM', conversions));
  });

  test('§8.4: lifetime values have three parts, and conversions that X makes without a tag are plain series', async () => {
    const names = new Set((await truth('LINE_ITEM')).flatMap(({ metrics }) => Object.keys(metrics)));
    const of = (prefix: string): string[] => [...names].filter((name) => name.startsWith(prefix)).toSorted();
    expect(of('mobile_conversion_lifetime_value_purchases')).toEqual(
      ['metric', 'order_quantity', 'sale_amount'].map((part) => `mobile_conversion_lifetime_value_purchases.${part}`),
    );
    expect(of('auto_created_')).toEqual([
      'auto_created_conversion_landing_page_view',
      'auto_created_conversion_session',
    ]);
  });

  test('every number is a whole number, not negative, and one that the level has', async () => {
    for (const level of LEVELS) {
      for (const { metrics, level: named } of await truth(level)) {
        expect(named).toBe(level);
        const values = Object.values(metrics);
        expect(values.every((value) => Number.isSafeInteger(value) && value > 0)).toBe(true);
      }
    }
    const above = new Set((await truth('FUNDING_INSTRUMENT')).flatMap(({ metrics }) => Object.keys(metrics)));
    expect([...above].toSorted()).toEqual(
      'billed_charge_local_micro billed_engagements engagements follows impressions likes replies retweets'.split(' '),
    );
    const apps = (await truth('LINE_ITEM')).some(({ metrics }) => metrics['mobile_conversion_installs.post_view']);
    expect(apps).toBe(true);
  });
});

describe('profiles', () => {
  test('always-on: every ad has numbers on each day of the window', async () => {
    const x = await start({ ads: 20, accounts: 1, days: 30 });
    const account = await x.firstAccount();
    const lines = await x.truth(account, { from: '2026-07-01', to: '2026-08-23', level: 'PROMOTED_TWEET' });
    expect(lines).toHaveLength(20 * 30);
    expect(lines.map(({ day }) => day).toSorted()[0]).toBe('2026-07-25');
  });

  test('flighted: ads are live for 30, 60, 80 or 120 days, with gaps', async () => {
    const x = await start({ ads: 60, accounts: 1, days: 365, profile: 'flighted' });
    const account = await x.firstAccount();
    const lines = await x.truth(account, { from: '2025-08-24', to: '2026-08-24', level: 'PROMOTED_TWEET' });
    const lengths = [...groupBy(lines, ({ id }) => id).values()].map((days) => days.length);
    expect(Math.max(...lengths)).toBeLessThan(340);
    expect(lengths).toContain(60);
    expect(new Set(lengths).size).toBeGreaterThan(5);
  });

  test('the same seed and first day make the same world, whenever it is started', async () => {
    const since = '2026-05-01';
    const one = await start({ ads: 30, accounts: 1, profile: 'messy', since, now: '2026-08-01T00:00:00Z' });
    const two = await start({ ads: 30, accounts: 1, profile: 'messy', since, now: '2026-09-15T12:00:00Z' });
    const account = await one.firstAccount();
    const window = { from: '2026-05-01', to: '2026-06-20' };
    expect(await two.truth(account, window)).toEqual(await one.truth(account, window));
    const settled = { level: 'CAMPAIGN', ...window };
    expect((await one.truth(account, settled)).length).toBeGreaterThan(0);
    const three = await start({ ads: 30, accounts: 1, profile: 'messy', since, seed: 8 });
    expect(await three.firstAccount()).not.toBe(account);
  });
});

describe('§17.50: restatement', () => {
  let x: X;
  let account: string;
  const day = '2026-08-03';
  const at = (as_of: string): Promise<readonly TruthLine[]> =>
    x.truth(account, { level: 'PROMOTED_TWEET', from: day, to: day, as_of });
  beforeAll(async () => {
    x = await start({ ads: 100, accounts: 1, now: '2026-10-01T00:00:00Z', days: 90 });
    account = await x.firstAccount();
  });
  const impressions = async (as_of: string): Promise<readonly (number | undefined)[]> =>
    (await at(as_of)).map(({ metrics }) => metrics['impressions']);
  const spend = async (as_of: string): Promise<readonly (number | undefined)[]> =>
    (await at(as_of)).map(({ metrics }) => metrics['billed_charge_local_micro']);

  test('§17.50: a day counts up while it lasts', async () => {
    const noon = (await impressions('2026-08-03T19:00:00Z')).reduce<number>((a, b) => a + (b ?? 0), 0);
    const evening = (await impressions('2026-08-04T03:00:00Z')).reduce<number>((a, b) => a + (b ?? 0), 0);
    const done = (await impressions('2026-08-04T07:00:00Z')).reduce<number>((a, b) => a + (b ?? 0), 0);
    expect(noon).toBeGreaterThan(0);
    expect(evening).toBeGreaterThan(noon);
    expect(done).toBeGreaterThan(evening);
    expect(await at('2026-08-03T07:30:00Z')).toEqual([]);
  });

  test('§17.50: engagement may move for 24 hours after the day, and then no more', async () => {
    const settled = await impressions('2026-08-05T07:00:00Z');
    expect(await impressions('2026-08-04T07:00:00Z')).not.toEqual(settled);
    expect(await impressions('2026-09-30T00:00:00Z')).toEqual(settled);
  });

  test('§17.50: spend moves, mostly down, until 09:00 local of the third day', async () => {
    const total = async (as_of: string): Promise<number> =>
      (await spend(as_of)).reduce<number>((a, b) => a + (b ?? 0), 0);
    const before = await total('2026-08-06T15:59:00Z');
    const after = await total('2026-08-06T16:00:00Z');
    expect(after).toBeLessThan(before);
    expect(await spend('2026-08-06T16:00:00Z')).toEqual(await spend('2026-08-08T06:59:00Z'));
  });

  test('§17.50: small corrections come until day 14, and nothing after day 30', async () => {
    const estimate = await spend('2026-08-06T16:00:00Z');
    const corrected = await spend('2026-08-18T07:00:00Z');
    const moved = corrected.filter((value, index) => value !== estimate[index]);
    expect(moved.length).toBeGreaterThan(2);
    expect(moved.length).toBeLessThan(40);
    for (const [index, value] of corrected.entries()) {
      expect(Math.abs((value ?? 0) / (estimate[index] ?? 1) - 1)).toBeLessThan(0.011);
    }
    expect(await at('2026-09-02T07:00:00Z')).toEqual(await at('2026-12-01T00:00:00Z'));
  });
});

test('with an ended share, that share of ads ends four to six days before data time begins, beginning with the first campaigns', async () => {
  const x = await start({ profile: 'always-on', ads: 50, accounts: 1, endedShare: 0.8, now: '2026-08-24T20:00:00Z' });
  const id = await x.firstAccount();
  const lines = await x.truth(id, { from: '2026-08-10', to: '2026-08-24', level: 'PROMOTED_TWEET' });
  const last = new Map<string, string>();
  for (const line of lines)
    last.set(line.id, (last.get(line.id) ?? '') < line.day ? line.day : (last.get(line.id) ?? ''));
  const days = groupBy([...last.values()], (day) => day);
  expect(Object.fromEntries([...days].map(([day, ads]) => [day, ads.length]))).toEqual({
    '2026-08-18': 13,
    '2026-08-19': 13,
    '2026-08-20': 14,
    '2026-08-24': 10,
  });
});
