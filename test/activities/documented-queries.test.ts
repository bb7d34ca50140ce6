import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { type TrueRow, trueRows } from '../../local/once/simulated.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * The queries that the documents give to analysts, on what was imported of a messy account, against the simulator's truth.
 */

const FROM = '2026-10-01' as Day;
const TO = '2026-11-22' as Day;
const MONTH = { from: FROM, to: '2026-10-31' as Day };

let site: Site;
let accountId: string;
/** By campaign. */
let currencies: ReadonlyMap<string, string>;
/** Of each ad: its tweet, and where that leads. */
let ads: ReadonlyMap<string, { readonly tweet: string | null; readonly url: string | null }>;

const truth = async (level: string, range = { from: FROM, to: TO }): Promise<readonly TrueRow[]> => {
  const rows: TrueRow[] = [];
  for await (const row of trueRows(site.url, accountId, { level, ...range })) rows.push(row);
  return rows;
};

/** Adds up by key; keys whose sum is 0 are left out. */
const sums = (rows: readonly (readonly [key: string, value: number])[]): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const [key, value] of rows) found[key] = (found[key] ?? 0) + value;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== 0));
};

const micros = (cost: unknown): number => Math.round(Number(cost) * 1_000_000);

const sourceOf = (id: string): string => {
  const url = ads.get(id)?.url ?? undefined;
  return (url === undefined ? null : new URL(url).searchParams.get('utm_source')) ?? 'null';
};

/** The documented query that has this text in it. */
const documented = (page: string, text: string): string => {
  const blocks = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8').matchAll(/^ *```sql\n(.*?)^ *```$/gms);
  const found = [...blocks].map(([, sql = '']) => sql).filter((sql) => sql.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
};

const ask = (page: string, text: string) => rowsOf<Record<string, unknown>>(site.db, documented(page, text));

beforeAll(async () => {
  site = await openSite({ ads: 40, days: 70, now: '2026-11-23T12:00:00Z', profile: 'messy' });
  const grant = await site.choose({ history: { kind: 'days', days: 90 } });
  accountId = grant.accountId;
  const runId = await site.plan(grant, { range: { from: FROM, to: TO } });
  await site.call('mirrorCreatives', { runId });
  await site.finish(runId);
  const campaigns = await rowsOf<{ id: string; currency: string }>(
    site.db,
    `select entity_id as id, currency from importer.entity_parents where level = 'CAMPAIGN'`,
  );
  currencies = new Map(campaigns.map(({ id, currency }) => [id, currency]));
  const named = await rowsOf<{ id: string; tweet: string | null; url: string | null }>(
    site.db,
    'select ad_id as id, tweet_id as tweet, destination_url as url from importer.ads',
  );
  ads = new Map(named.map(({ id, ...ad }) => [id, ad]));
});
afterAll(() => site[Symbol.asyncDispose]());

test('spend per campaign is what X bills', async () => {
  const rows = await ask('README.md', 'daily_campaign_metrics');
  const spent = rows.map(({ campaign_id: id, cost }) => [String(id), micros(cost)] as const);
  const shown = rows.map(({ campaign_id: id, impressions }) => [String(id), Number(impressions)] as const);
  const actual = await truth('CAMPAIGN', MONTH);
  expect(sums(spent)).toEqual(sums(actual.map(({ id, metrics }) => [id, metrics['billed_charge_local_micro'] ?? 0])));
  expect(sums(shown)).toEqual(sums(actual.map(({ id, metrics }) => [id, metrics['impressions'] ?? 0])));
  expect(spent.length).toBeGreaterThan(1);
});

test('spend per day and currency is what X bills', async () => {
  const rows = await ask('docs/data.md', 'sum(cost) as spend');
  expect(
    sums(rows.map((row) => [`${String(row['day'])} ${String(row['campaign_currency'])}`, micros(row['spend'])])),
  ).toEqual(
    sums(
      (await truth('CAMPAIGN')).map(({ id, day, metrics }) => [
        `${day} ${currencies.get(id)}`,
        metrics['billed_charge_local_micro'] ?? 0,
      ]),
    ),
  );
});

test('spend by UTM source has every tweet once', async () => {
  const rows = await ask('docs/data.md', 'utm_source');
  const once = new Map<string, TrueRow>();
  let rowsOfAds = 0;
  for (const level of ['PROMOTED_TWEET', 'PROMOTED_ACCOUNT'])
    for (const row of await truth(level)) {
      rowsOfAds += 1;
      once.set([row.day, row.placement, ads.get(row.id)?.tweet ?? row.id].join(' '), row);
    }
  expect(once.size).toBeLessThan(rowsOfAds);
  expect(sums(rows.map(({ utm_source: source, spend }) => [String(source), micros(spend)]))).toEqual(
    sums([...once.values()].map(({ id, metrics }) => [sourceOf(id), metrics['billed_charge_local_micro'] ?? 0])),
  );
});

test('purchases and their worth are those that X attributes', async () => {
  const rows = await ask('docs/data.md', 'purchases > 0');
  const actual = (await truth('CAMPAIGN')).filter(({ metrics }) => (metrics['conversion_purchases.metric'] ?? 0) > 0);
  expect(actual.length).toBeGreaterThan(0);
  for (const [column, metric] of [
    ['purchases', 'metric'],
    ['sale_amount', 'sale_amount'],
  ] as const)
    expect(sums(rows.map((row) => [String(row['day']), Number(row[column])]))).toEqual(
      sums(actual.map(({ day, metrics }) => [day, metrics[`conversion_purchases.${metric}`] ?? 0])),
    );
});

test('the days are whole, and every remainder between the levels has a reason', async () => {
  expect(
    (
      await rowsOf<{ status: string }>(
        site.db,
        documented('docs/data.md', 'from importer.coverage').replace('current_date - 30', `date '${FROM}'`),
      )
    )
      .map(({ status }) => status)
      .filter((status) => status !== 'complete' && status !== 'verified_empty'),
  ).toEqual([]);
  const rows = await rowsOf<{ reason: string }>(
    site.db,
    documented('docs/data.md', 'from importer.reconciliation').replace('current_date - 30', `date '${FROM}'`),
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ reason }) => reason === 'unexplained')).toEqual([]);
});

test('every ad has its status and its text', async () => {
  const rows = await rowsOf<{ text: string | null; level: string; status: string | null }>(
    site.db,
    'select distinct ad_text as text, level::text, ad_status as status from importer.daily_ad_metrics',
  );
  expect(rows.filter(({ status }) => status === null)).toEqual([]);
  expect(rows.filter(({ level, text }) => level === 'PROMOTED_TWEET' && text !== null).length).toBeGreaterThan(0);
});
