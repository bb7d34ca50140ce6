import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PerformanceOptions } from '../../client/options.js';
import type { Performance } from '../../client/performance-shapes.js';
import { performanceShape } from '../../client/performance-shapes.js';
import type { Viewer } from '../../domain/viewer.js';
import { openPerformanceWorld, type PerformanceWorld, SEEN, spent } from './performance-world.js';

const EARLIER = '2026-02-10T12:00:00Z';

let world: PerformanceWorld;
const ask: PerformanceWorld['ask'] = (...given) => world.ask(...given);
beforeAll(async () => {
  world = await openPerformanceWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** `key|key currency kind: metric=value …` */
const lines = ({ rows }: Performance): readonly string[] =>
  rows.map(
    ({ key, currency, kind, shared, values }) =>
      `${Object.values(key).join('|')} ${currency}${kind === 'entity' ? '' : ' rest'}${shared ? ' shared' : ''}: ${Object.entries(
        values,
      )
        .map(([id, value]) => `${id}=${value}`)
        .join(' ')}`,
  );
const asked = async (options: PerformanceOptions): Promise<readonly string[]> =>
  lines(await ask({ metrics: ['spend', 'impressions'], ...options }));

const TOTALS = ['EUR spend=3.500008 impressions=351', 'VND spend=18000000000.000001 impressions=0'];

test('totals come from the campaigns, per currency, and whatever the grouping the rows add up to them', async () => {
  const groupings = [[], ['day'], ['campaign'], ['ad_group'], ['ad'], ['day', 'ad'], ['utm_campaign', 'campaign']];
  groupings.push(
    ['account', 'destination_host'],
    ['objective', 'ad'],
    ['status', 'ad'],
    ['currency'],
    ['month', 'utm_source'],
  );
  for (const groupBy of groupings) {
    const answer = await ask({ groupBy, metrics: ['spend', 'impressions'] });
    expect(performanceShape.parse(answer)).toEqual(answer);
    expect(
      answer.totals.map(
        ({ currency, values }) => `${currency} spend=${values['spend']} impressions=${values['impressions']}`,
      ),
    ).toEqual(TOTALS);
    for (const { currency, values } of answer.totals)
      for (const [id, scale] of [
        ['spend', 1_000_000n],
        ['impressions', 1n],
      ] as const) {
        const micros = (text: string) => {
          const [units = '0', rest = ''] = text.split('.');
          return (
            BigInt(units) * scale +
            BigInt(`${text.startsWith('-') ? '-' : ''}${scale === 1n ? '0' : rest.padEnd(6, '0')}`)
          );
        };
        const sum = answer.rows
          .filter((row) => row.currency === currency)
          .reduce((all, row) => all + micros(row.values[id] ?? '0'), 0n);
        expect(`${groupBy.join()} ${currency} ${sum}`).toBe(
          `${groupBy.join()} ${currency} ${micros(values[id] ?? '')}`,
        );
      }
  }
});

test('ads that share a tweet count once, and what X gives to no campaign is not attributed', async () => {
  expect(await asked({ accounts: ['acc'], groupBy: ['ad'] })).toEqual([
    'a1 EUR: spend=1.4 impressions=140',
    ' EUR rest: spend=1.340001 impressions=134',
    'same1 EUR shared: spend=0.31 impressions=31',
    'x1 EUR shared: spend=0.25 impressions=25',
    'f1 EUR: spend=0.100007 impressions=11',
    'a2 EUR: spend=0.1 impressions=10',
  ]);
  // By campaign, the tweet of two campaigns belongs to neither.
  expect(await asked({ accounts: ['acc'], groupBy: ['campaign', 'ad'], orderBy: 'name' })).toEqual([
    'c1|a1 EUR: spend=1.4 impressions=140',
    'c1|a2 EUR: spend=0.1 impressions=10',
    'c1|same1 EUR shared: spend=0.31 impressions=31',
    'c1| EUR rest: spend=1.190001 impressions=119',
    'c2|f1 EUR: spend=0.100007 impressions=11',
    'c2| EUR rest: spend=0.4 impressions=40',
  ]);
  expect(await asked({ groupBy: ['ad_group'] })).toContain(' EUR rest: spend=0.000001 impressions=0');
});

const totals = async (options: PerformanceOptions) =>
  (await ask({ accounts: ['acc'], metrics: ['spend'], ...options })).totals.map(({ values }) => values['spend']);

test('filters narrow the totals to what they match, also below the campaign', async () => {
  expect(await totals({ campaign: ['c1'], groupBy: ['ad'] })).toEqual(['3.000001']);
  expect(await totals({ objective: ['VIDEO_VIEWS'] })).toEqual(['0.500007']);
  expect(await totals({ status: ['PAUSED'] })).toEqual(['0.500007']);
  expect(await totals({ adGroup: ['g1'], groupBy: ['ad'] })).toEqual(['3']);
  expect(await totals({ ad: ['a1', 'same1'] })).toEqual(['1.71']);
  expect(await totals({ utmCampaign: ['one'] })).toEqual(['1.71']);
  expect(await totals({ utmCampaign: ['', 'two'] })).toEqual(['0.450007']);
  expect(await totals({ text: '00%', groupBy: ['ad'] })).toEqual(['0.1']);
  expect(await totals({ text: 'AUTUMN' })).toEqual(['3.000001']);
  expect(await totals({ campaign: ['none'] })).toEqual([]);
  expect(await asked({ accounts: ['acc'], adGroup: ['g1'], groupBy: ['ad'] })).toContain(
    ' EUR rest: spend=1.19 impressions=119',
  );
});

test('ratios are ratios of sums, results are what the objective asks for, and what has no value says why', async () => {
  const metrics = ['cpc', 'cpm', 'ctr', 'results', 'cost_per_result', 'result_rate', 'roas'];
  const { totals, rows } = await ask({ accounts: ['acc'], groupBy: ['campaign'], metrics });
  expect(rows.map(({ values }) => values)).toEqual([
    { cpc: '0.1', cpm: '10.000003', ctr: '0.1', results: '30', cost_per_result: '0.1', result_rate: '0.1', roas: '0' },
    {
      cpc: null,
      cpm: '9.804059',
      ctr: '0',
      results: '5',
      cost_per_result: '0.100001',
      result_rate: '0.098039',
      roas: '0',
    },
  ]);
  expect(rows.map(({ reasons, result }) => [reasons, result])).toEqual([
    [undefined, 'Clicks'],
    [{ cpc: 'denominator_zero' }, 'Video views'],
  ]);
  expect(totals[0]?.reasons).toEqual({
    results: 'mixed_objectives',
    cost_per_result: 'mixed_objectives',
    result_rate: 'mixed_objectives',
  });
  const rest = (await ask({ accounts: ['acc'], groupBy: ['ad_group'], metrics: ['spend', 'cpm'] })).rows.at(-1);
  expect(rest).toMatchObject({ kind: 'not_attributed', values: { cpm: null }, reasons: { cpm: 'not_attributed' } });
});

test('as of a moment, the numbers are those that stood then; compared, those of the same age', async () => {
  await world.says(
    'CAMPAIGN',
    { c1: spent([1_000_000, 1_500_000, 0], { impressions: [90, 150, 0] }) },
    { observedAt: EARLIER },
  );
  const before = { from: '2026-02-06', to: '2026-02-06', accounts: ['acc'], metrics: ['spend'] };
  // An answer that X computed before the stored one is not applied, so nothing stood at that moment.
  expect((await ask({ ...before, asOf: EARLIER })).totals).toEqual([]);
  expect((await ask({ ...before, asOf: SEEN })).totals[0]?.values).toEqual({ spend: '2.000001' });
  await world.says('CAMPAIGN', { c1: spent([1_000_000, 2_500_000, 0]) }, { observedAt: '2026-02-21T12:00:00Z' });
  expect((await ask({ ...before, asOf: SEEN })).totals[0]?.values).toEqual({ spend: '2.000001' });
  expect((await ask(before)).totals[0]?.values).toEqual({ spend: '2.5' });
  // The seventh is not final: the sixth is compared as it first stood.
  await world.db.query(`update importer.accounts set observed_at = '2026-02-21T12:00:00Z'`);
  const compared = await ask({
    ...before,
    from: '2026-02-07',
    to: '2026-02-07',
    groupBy: ['day'],
    compare: 'previous_period',
  });
  expect(compared.comparedAsOf).toBe('2026-02-20T12:00:00.000Z');
  expect(compared.compareRange).toEqual({ from: '2026-02-06', to: '2026-02-06' });
  expect(compared.totals[0]).toMatchObject({ values: { spend: '0.000007' }, compared: { spend: '2.000001' } });
  expect(compared.rows[0]).toMatchObject({ key: { day: '2026-02-07' }, compared: { spend: '2.000001' } });
  // The world has numbers and no ledger: of no day is it known that all is there.
  expect(compared.compareMissingDays).toBe(1);
});

test('a viewer who sees no account gets no number, and an account that is not seen does not exist', async () => {
  const stranger: Viewer = { kind: 'member', workspaceId: 'w', personId: 'p', teamIds: [], role: 'member' };
  expect(await ask({}, stranger)).toMatchObject({ accounts: [], totals: [], rows: [], rowCount: 0 });
  await expect(ask({ accounts: ['acc'] }, stranger)).rejects.toMatchObject({ code: 'unknown_account' });
});

test('pages have the rows of the whole answer, and a question that cannot be answered says which part of it', async () => {
  const all = await ask({ groupBy: ['day', 'ad'], orderBy: '-impressions' });
  const paged = await ask({ groupBy: ['day', 'ad'], orderBy: '-impressions', limit: 3, offset: 2 });
  expect(paged.rows).toEqual(all.rows.slice(2, 5));
  expect(paged.rowCount).toBe(all.rows.length);
  expect((await ask({ groupBy: ['day', 'ad'], offset: 500 })).rowCount).toBe(all.rows.length);
  const refused = [
    [{ groupBy: ['colour'] }, 'groupBy'],
    [{ metrics: ['fame'] }, 'metrics'],
    [{ from: '2026-02-07', to: '2026-02-05' }, 'to'],
    [{ from: '2026-02-30' }, 'from'],
    [{ from: '2027-01-01', to: '2027-01-02' }, 'from'],
    [{ orderBy: 'clicks2' }, 'orderBy'],
    [{ compare: 'yesterday' }, 'compare'],
    [{ asOf: 'Monday' }, 'asOf'],
    [{ limit: 1.5 }, 'limit'],
    [{ last: '30d' }, 'last'],
  ] as const;
  for (const [options, field] of refused)
    await expect(ask(options)).rejects.toMatchObject({ fields: { [field]: expect.any(String) } });
});
