import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startX, type Fields, type JobBody, type X } from './support/x.js';

/*
 * The profile `hostile`: what has broken importers. Everything that a right importer must hold stays in the truth, and what it
 * must leave out is listed.
 */

let x: X;
let account: string;

interface LeftOut {
  readonly what: string;
  readonly level: string;
  readonly id: string;
  readonly why: string;
}

beforeAll(async () => {
  x = await startX({ ads: 45, profile: 'hostile', accounts: 1, days: 30 });
  account = String((await x.get('/12/accounts')).json.data[0]?.['id']);
});
afterAll(() => x.running.close());

const leftOut = async (): Promise<readonly LeftOut[]> =>
  JSON.parse((await x.control('GET', `left_out/${account}`)).text) as LeftOut[];
const idsOf = (rows: readonly Fields[]): readonly string[] => rows.map(({ id }) => String(id));
const rowsOf = (collection: string): Promise<readonly Fields[]> =>
  x.list(account, collection, { with_deleted: true, tweet_type: 'PUBLISHED', count: 200 });

const lengthsOf = (text: string): readonly (number | undefined)[] =>
  [...text.matchAll(/"impressions":(?:\[([^\]]*)\]|null)/g)].map(([, series]) => series?.split(',').length);

describe('lists', () => {
  test('have texts that stores and terminals do not take', async () => {
    const text = JSON.stringify([await rowsOf('campaigns'), await rowsOf('line_items'), await rowsOf('tweets')]);
    for (const part of ['\\ud83d', '\\u0000', '\\u001b[2J', '\\u001b]52']) expect(text).toContain(part);
  });

  test('have amounts beyond 2^53 as digits', async () => {
    const { text } = await x.get(`/12/accounts/${account}/funding_instruments`);
    expect(text).toContain('"credit_limit_local_micro":9007199254740993,');
  });

  test('have rows that do not say what they belong to, and the truth names them', async () => {
    const unreadable = [
      ...(await rowsOf('line_items')).filter((row) => row['campaign_id'] === null),
      ...(await rowsOf('promoted_tweets')).filter((row) => row['tweet_id'] === null),
    ];
    const named = (await leftOut()).filter(({ what }) => what === 'row').map(({ id }) => id);
    expect(unreadable.length).toBeGreaterThan(0);
    expect(new Set(named)).toEqual(new Set(idsOf(unreadable)));
    const accounts = (await x.get('/12/accounts')).json.data;
    expect(accounts.filter((row) => row['timezone'] === null).length).toBeGreaterThan(0);
  });

  test('name a row twice, have empty pages between others, and their request is a list', async () => {
    const path = `/12/accounts/${account}/promoted_tweets`;
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null | undefined = '';
    while (cursor !== null && cursor !== undefined) {
      const { json } = await x.get(path, { with_deleted: true, count: 20, ...(cursor === '' ? {} : { cursor }) });
      expect(Array.isArray(json.request)).toBe(true);
      seen.push(...idsOf(json.data));
      sizes.push(json.data.length);
      cursor = json.next_cursor;
    }
    expect(sizes).toContain(0);
    expect(new Set(seen).size).toBe(45);
    expect(seen.length).toBeGreaterThan(45);
  });
});

describe('result files', () => {
  const window = { start_time: '2026-08-01T07:00:00Z', end_time: '2026-08-11T07:00:00Z' };
  const job = { entity: 'PROMOTED_TWEET', granularity: 'DAY', placement: 'ALL_ON_TWITTER', ...window };
  const groups = { metric_groups: 'ENGAGEMENT,BILLING,WEB_CONVERSION' };
  const textOf = async (ids: readonly string[]): Promise<string> => {
    const { json } = await x.createJob(account, { ...job, ...groups, entity_ids: ids.join(',') });
    const { id_str: id } = json.data as unknown as JobBody;
    const [done] = await x.jobs(account, { job_ids: id });
    const response = await fetch(done?.url ?? '');
    const bytes = Buffer.from(await response.arrayBuffer());
    return bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
  };

  test('have odd entries among several ids that are right alone, but for one that never is', async () => {
    const ids = idsOf((await rowsOf('promoted_tweets')).slice(0, 45));
    const [long = '', twice = '', never = ''] = [ids[9], ids[13], ids[4]];
    const several = await textOf([long, twice, never]);
    expect(several.split(`"id":"${twice}"`)).toHaveLength(3);
    expect(several).toContain('"id":"0unasked"');
    const alone = await Promise.all([long, twice].map((id) => textOf([id])));
    for (const text of alone)
      expect(lengthsOf(text).every((length) => length === undefined || length === 10)).toBe(true);
    expect(lengthsOf(await textOf([never]))).toEqual([1]);
    const unreadable = (await leftOut()).filter(({ what }) => what === 'numbers');
    expect(unreadable.map(({ id }) => id)).toEqual([never]);
    const truth = await x.truth(account, { from: '2026-08-01', to: '2026-08-10', level: 'PROMOTED_TWEET' });
    expect(truth.some(({ id }) => id === never)).toBe(false);
    expect(truth.length).toBeGreaterThan(0);
  });

  test('have amounts with decimals and spend beyond 2^53, and the truth has the same digits', async () => {
    const { text } = await x.control('GET', `truth/${account}?from=2026-08-01&to=2026-08-10&level=CAMPAIGN`);
    expect(text).toMatch(/sale_amount":\d+\.\d/);
    const spends = [...text.matchAll(/"billed_charge_local_micro":(\d+)/g)].map(([, digits = '0']) => BigInt(digits));
    expect(spends.some((spend) => spend > 2n ** 53n)).toBe(true);
  });

  test('have metrics that are no numbers beside those that are', async () => {
    const metric = (await leftOut()).find(({ what }) => what === 'metric');
    const text = await textOf([metric?.id ?? '']);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(text).toContain('"experimental_rate":["n/a"]');
  });
});

test('limits end at moments that cannot be, while calls are left', async () => {
  const resets: number[] = [];
  let now = 0;
  for (let call = 0; call < 40; call += 1) {
    const { headers } = await x.get(`/12/accounts/${account}/authenticated_user_access`);
    resets.push(Number(headers.get('x-account-rate-limit-reset')));
    now = Date.parse(headers.get('date') ?? '') / 1000;
  }
  expect(resets.some((reset) => reset > now * 100)).toBe(true);
  expect(resets.some((reset) => reset < now - 86_400)).toBe(true);
  expect(resets.some((reset) => reset > now + 2 * 86_400 && reset < now * 100)).toBe(true);
});

test('faults may name any end of a limit, and any retry-after', async () => {
  await x.control('PUT', 'faults', [{ kind: 'rate_limited', times: 1, reset: '-5' }]);
  expect((await x.get('/12/accounts')).headers.get('x-rate-limit-reset')).toBe('-5');
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
  await x.control('PUT', 'faults', [{ kind: 'status_503', times: 1, retry_after: date }]);
  expect((await x.get('/12/accounts')).headers.get('retry-after')).toBe(date);
});
