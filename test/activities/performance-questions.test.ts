import * as fc from 'fast-check';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImporter, type Importer } from '../../client/importer.js';
import type { Performance } from '../../client/performance-shapes.js';
import type { CliConfig } from '../../cli/io.js';
import { trueRows, type TrueRow } from '../../local/once/simulated.js';
import { createLogger } from '../../process/logger.js';
import { buildApp } from '../../server/app.js';
import { createAuth } from '../../server/auth.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { monthsToRollUp, rollUp } from '../../store/facts/roll-up.js';
import { createApiKey } from '../../store/people/api-keys.js';
import { xads } from '../client/support/installation.js';
import {
  cellsOf,
  decimal,
  type PlainQuestion,
  type PlainRow,
  type PlainWorld,
  plainWorld,
  ratio,
} from './plain-performance.js';
import { checkReceipts } from './receipts.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * Random questions about an account of the messy profile: the façade, the API, the command line, CSV and SQL give the numbers of
 * a plain computation over the simulator's truth.
 */

const FIRST = '2026-10-01';
const LAST = '2026-11-19';
const QUESTIONS = 200;

let site: Site;
let accountId: string;
let world: PlainWorld;
let importer: Importer;
let app: FastifyInstance;
let key: string;
let config: CliConfig;

/** What is compared to the digit: each metric with what X calls it, and for a ratio what it is divided by. */
const COUNTS: Readonly<Record<string, string>> = {
  impressions: 'impressions',
  clicks: 'clicks',
  link_clicks: 'url_clicks',
  engagements: 'engagements',
  video_views: 'video_total_views',
  purchases: 'conversion_purchases.metric',
};
const METRICS = ['spend', ...Object.keys(COUNTS), 'purchase_value', 'ctr', 'cpc', 'cpm'];

const valuesOf = ({ sums, kind }: PlainRow): Readonly<Record<string, string | null>> => {
  const of = (name: string): bigint => sums[name] ?? 0n;
  const spend = of('billed_charge_local_micro');
  const left = kind === 'not_attributed';
  return {
    spend: decimal(spend),
    ...Object.fromEntries(Object.entries(COUNTS).map(([id, name]) => [id, String(of(name))])),
    purchase_value: decimal(of('conversion_purchases.sale_amount')),
    ctr: left ? null : ratio(of('clicks') * 1_000_000n, of('impressions')),
    cpc: left ? null : ratio(spend, of('clicks')),
    cpm: left ? null : ratio(spend * 1000n, of('impressions')),
  };
};

const line = (keys: readonly unknown[], kind: string, values: Readonly<Record<string, string | null>>): string =>
  JSON.stringify([keys, kind, METRICS.map((id) => values[id] ?? null)]);

const expected = (question: PlainQuestion): readonly string[] =>
  world
    .answer(question)
    // A remainder is a row where it is one of what was asked for.
    .map((row) => ({ ...row, values: valuesOf(row) }))
    .filter(({ kind, values }) => kind === 'entity' || METRICS.some((id) => !['0', null].includes(values[id] ?? null)))
    .map(({ keys, currency, kind, values }) => line([...keys, currency], kind, values))
    .toSorted();

const answered = ({ rows, dimensions }: Performance): readonly string[] =>
  rows
    .map(({ key: keys, currency, kind, values }) =>
      line([...dimensions.map(({ id }) => keys[id] ?? null), currency], kind, values),
    )
    .toSorted();

const PARAMETERS: Readonly<Record<string, string>> = {
  ad_group: 'adGroup',
  utm_source: 'utmSource',
  utm_campaign: 'utmCampaign',
};
const queryOf = ({ from, to, groupBy, filters }: PlainQuestion): Record<string, string> => ({
  account: accountId,
  from,
  to,
  groupBy: groupBy.join(','),
  metrics: METRICS.join(','),
  limit: '10000',
  ...Object.fromEntries(
    Object.entries(filters).map(([name, values]) => [
      PARAMETERS[name] ?? name,
      values.map((value) => value.replaceAll(',', '\\,')).join(','),
    ]),
  ),
});

const fromCsv = (text: string, { groupBy }: PlainQuestion): readonly string[] =>
  cellsOf(text)
    .map((row) => {
      const values = Object.fromEntries(METRICS.map((id) => [id, row[id] === '' ? null : (row[id] ?? null)]));
      return line(
        [...groupBy, 'currency'].map((name) => row[name] || null),
        row['kind'] ?? '',
        values,
      );
    })
    .toSorted();

const COLUMNS: Readonly<Record<string, string>> = {
  day: 'day::text',
  month: `to_char(day, 'YYYY-MM')`,
};
/** What the view tells apart as the question does: campaigns, or ads of campaigns, without a filter. */
const inSql = async ({ from, to, groupBy }: PlainQuestion): Promise<readonly string[]> => {
  const byAd = groupBy.includes('ad');
  const columns = [...groupBy.map((name) => COLUMNS[name] ?? name), 'currency', byAd ? 'kind' : `'entity'`];
  const sums = [
    'sum(spend)',
    ...Object.keys(COUNTS)
      .slice(0, -1)
      .map((name) => `sum(${name})`),
  ];
  const rows = await rowsOf<{ keys: (string | null)[]; sums: string[] }>(
    site.db,
    `select array[${columns.map((column) => `(${column})::text`).join(', ')}] as keys,
       array[${sums.map((sum) => `trim_scale(${sum})::text`).join(', ')}] as sums
     from importer.performance_daily where account = $1 and day between $2 and $3
     group by ${columns.map((column) => `(${column})::text`).join(', ')}`,
    [accountId, from, to],
  );
  return rows.map(({ keys, sums: found }) => JSON.stringify([keys, found])).toSorted();
};
const asInSql = (answer: Performance): readonly string[] =>
  answer.rows
    .map(({ key: keys, currency, kind, values }) =>
      JSON.stringify([
        [...answer.dimensions.map(({ id }) => keys[id] ?? null), currency, kind],
        METRICS.slice(0, 6).map((id) => values[id]),
      ]),
    )
    .toSorted();

beforeAll(async () => {
  site = await openSite({ ads: 30, days: 70, now: '2026-11-23T12:00:00Z', profile: 'messy' });
  const grant = await site.choose({ history: { kind: 'days', days: 90 } });
  accountId = grant.accountId;
  const range = { from: FIRST as never, to: LAST as never };
  const runId = await site.plan(grant, { range });
  await site.call('mirrorCreatives', { runId });
  await site.finish(runId);
  // The roll-up answers but for one month, of which the facts do.
  for (const each of await monthsToRollUp(site.db)) if (each.month !== '2026-10-01') await rollUp(site.db, each);
  const truth: Record<string, TrueRow[]> = {};
  for (const level of ['CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET', 'PROMOTED_ACCOUNT']) {
    truth[level] = [];
    for await (const row of trueRows(site.url, accountId, { level, from: FIRST, to: LAST })) truth[level]?.push(row);
  }
  world = await plainWorld(site.db, accountId, truth);
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '1 second' }) });
  const { db, sealer, importerKeys } = site;
  importer = createImporter({ db, sealer, temporal });
  const publicUrl = 'http://127.0.0.1:8080';
  app = await buildApp({
    db,
    importerFor: (viewer, actor) => createImporter({ db, sealer, temporal, viewer, actor }),
    auth: createAuth({ db, publicUrl, importerKeys }),
    sealer,
    mail: undefined,
    hookNetworks: [],
    publicUrl,
    trustedProxies: [],
    consoleFolder: undefined,
    xApiUrl: 'https://api.x.com',
    logger: createLogger('error'),
  });
  ({ key } = await createApiKey(db, { workspaceId: DEFAULT_WORKSPACE, name: 'a', scope: 'read', createdBy: 'xads' }));
  config = {
    databaseUrl: site.databaseUrl,
    temporal: { connectionOptions: { address: '127.0.0.1:1' }, namespace: 'default' },
    importerKeys,
    payloadKeys: [],
    xAdsApiUrl: 'http://127.0.0.1:1',
    xApiUrl: 'http://127.0.0.1:1',
    callbackPort: 8788,
  };
});
afterAll(async () => {
  await app.close();
  await site[Symbol.asyncDispose]();
});

const OF_CAMPAIGNS = ['day', 'week', 'month', 'account', 'funding_instrument', 'campaign', 'objective', 'placement'];
const OF_ADS = ['ad_group', 'ad', 'utm_source', 'utm_campaign', 'destination_host', 'destination_path'];
const DIMENSIONS = [...OF_CAMPAIGNS, 'status', 'currency', ...OF_ADS];

const some = (values: readonly string[]) =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(5, values.length) });
const day = fc
  .integer({ min: 0, max: 49 })
  .map((n) => new Date(Date.parse(FIRST) + n * 86_400_000).toISOString().slice(0, 10));

const questions = (): fc.Arbitrary<PlainQuestion> =>
  fc
    .record({
      days: fc.tuple(day, day),
      groupBy: fc.subarray(DIMENSIONS, { maxLength: 3 }),
      filters: fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        fc.record({ campaign: some(world.ids('CAMPAIGN')) }),
        fc.record({ ad_group: some(world.ids('LINE_ITEM')) }),
        fc.record({ ad: some(world.ids('PROMOTED_TWEET')) }),
        fc.record({ status: fc.constant(['ACTIVE']) }),
        fc.record({ utm_source: some(world.values('utm_source')) }),
        fc.record({ utm_campaign: some(world.values('utm_campaign')) }),
      ),
    })
    .map(({ days: [a, b], ...rest }) => ({ from: a < b ? a : b, to: a < b ? b : a, ...rest }));

test('whatever is asked, every way of asking gives the numbers of a plain computation over what X says', async () => {
  const asked = fc.sample(questions(), { numRuns: QUESTIONS, seed: 7 });
  let rows = 0;
  for (const [i, question] of asked.entries()) {
    const query = queryOf(question);
    const url = `/api/v1/performance?${new URLSearchParams(query).toString()}`;
    const headers = { authorization: `Bearer ${key}` };
    const answer = (await app.inject({ method: 'GET', url, headers })).json<Performance>();
    expect({ question, rows: answered(answer) }).toEqual({ question, rows: expected(question) });
    rows += answer.rows.length;
    if (i % 5 === 0) {
      const csv = (
        await app.inject({ method: 'GET', url: `${url}&format=csv&limit=1`.replace('&limit=10000', ''), headers })
      ).body;
      expect(fromCsv(csv, question)).toEqual(expected(question));
    }
    if (i % 20 === 0) {
      const args = Object.entries(query).flatMap(([name, value]) =>
        name === 'groupBy' && value === ''
          ? []
          : [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${value}`],
      );
      const ran = await xads(() => config, ['report', ...args, '--json']);
      expect(answered(ran.json() as Performance)).toEqual(expected(question));
      const table = await xads(() => config, ['report', ...args, '--format', 'csv']);
      expect(table.stderr).toBe('');
      expect(fromCsv(table.stdout, question)).toEqual(expected(question));
    }
  }
  // Otherwise nothing was compared.
  expect(rows).toBeGreaterThan(QUESTIONS);
});

test('the view of Ad Performance has the numbers of the question that tells the same apart', async () => {
  const range = { from: FIRST, to: LAST, filters: {} };
  for (const groupBy of [
    [],
    ['day'],
    ['campaign'],
    ['month', 'objective'],
    ['campaign', 'ad'],
    ['day', 'campaign', 'ad'],
  ]) {
    const question = { ...range, groupBy };
    const answer = await importer.performance({
      accounts: [accountId],
      from: FIRST,
      to: LAST,
      groupBy,
      metrics: METRICS,
      limit: 10_000,
    });
    expect(answer.rows.length).toBeGreaterThan(0);
    expect({ groupBy, rows: await inSql(question) }).toEqual({ groupBy, rows: asInSql(answer) });
  }
});

test('what X answered under the receipts adds up to 50 random cells, by a script that shares no code with the product', async () => {
  const apiUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  const check = () => checkReceipts(site, { apiUrl, key, account: accountId, from: FIRST, to: LAST });
  const told = JSON.parse((await check()).stdout) as Record<string, number>;
  expect(told).toMatchObject({ cells: 50, wrong: 0 });
  expect(told['notZero']).toBeGreaterThan(20);
  // One micro more in every stored number: the script sees it.
  await site.db.query('update importer.facts set impressions = impressions + 1 where account_id = $1', [accountId]);
  await expect(check()).rejects.toMatchObject({ code: 1, stdout: expect.stringMatching(/impressions: the page has/) });
});
