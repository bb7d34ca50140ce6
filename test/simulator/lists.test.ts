import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startX, type Fields, type Parameters, type Reply, type X } from './support/x.js';

let x: X;
let account: string;
const get = (collection: string, parameters: Parameters = {}): Promise<Reply> =>
  x.get(`/12/accounts/${account}/${collection}`, parameters);

beforeAll(async () => {
  x = await startX({ ads: 260, profile: 'messy', accounts: 2 });
  account = await x.firstAccount();
});
afterAll(() => x.running.close());

const ids = (count: number): string => Array.from({ length: count }, (_, index) => `id${index}`).join(',');
const walk = async (count: number): Promise<readonly (readonly Fields[])[]> => {
  const pages: (readonly Fields[])[] = [];
  let cursor: string | null | undefined = '';
  while (cursor !== null && cursor !== undefined) {
    const { json }: Reply = await get('line_items', { with_deleted: true, count, cursor });
    pages.push(json.data);
    cursor = json.next_cursor;
  }
  return pages;
};
const drafts = (rows: readonly Fields[]): number => rows.filter((row) => row['entity_status'] === 'DRAFT').length;
const byText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : 1);

describe('paging', () => {
  test('§17.15: count is 200 unless said, from 1 to 1000; cards 100, at most 200', async () => {
    expect((await get('promoted_tweets')).json.data).toHaveLength(200);
    expect((await get('promoted_tweets', { count: 3 })).json.data).toHaveLength(3);
    for (const count of [0, 1_001, 'many']) {
      const reply = await get('promoted_tweets', { count });
      expect([reply.status, codeOf(reply)]).toEqual([400, 'INVALID_PARAMETER']);
    }
    expect((await get('cards', { include_legacy_cards: true })).json.data).toHaveLength(100);
    expect(codeOf(await get('cards', { count: 201 }))).toBe('INVALID_PARAMETER');
  });

  test('§17.16: a list of ids has at most 200', async () => {
    expect((await get('campaigns', { campaign_ids: ids(200) })).status).toBe(200);
    const reply = await get('campaigns', { campaign_ids: ids(201) });
    expect([reply.status, codeOf(reply)]).toEqual([400, 'INVALID_PARAMETER']);
  });

  test('§17.17: next_cursor is null on a page shorter than count, and a full last page has an empty one after it', async () => {
    const all = await x.list(account, 'line_items', { with_deleted: true });
    expect((await walk(20)).flat()).toEqual(all);
    const full = await walk(all.length);
    expect(full.map((page) => page.length)).toEqual([all.length, 0]);
  });

  test('§17.18: with_total_count and cursor exclude each other', async () => {
    const reply = await get('campaigns', { with_total_count: true, cursor: 'c-100000' });
    expect([reply.status, codeOf(reply)]).toEqual([400, 'EXCLUSIVE_PARAMETERS']);
    const { json } = await get('campaigns', { with_total_count: true, count: 1 });
    expect(json.total_count).toBe((await x.list(account, 'campaigns')).length);
  });

  test('§17.20: lists ascend by creation, and sort_by changes that', async () => {
    for (const collection of ['campaigns', 'line_items', 'promoted_tweets']) {
      const rows = await x.list(account, collection);
      expect(rows.map((row) => row['created_at'])).toEqual(rows.map((row) => row['created_at']).toSorted(byText));
    }
    const { json } = await get('campaigns', { sort_by: 'created_at-desc' });
    const created = json.data.map((row) => row['created_at']);
    expect(created).toEqual(created.toSorted(byText).toReversed());
    expect(json.request.params['sort_by']).toEqual(['created_at-desc']);
    expect(codeOf(await get('campaigns', { sort_by: 'colour-asc' }))).toBe('INVALID_PARAMETER');
  });

  test('§17.57: unknown parameters are ignored and not echoed; known ones are echoed as parsed', async () => {
    const { json } = await get('campaigns', { count: 2, with_deleted: true, foo: 'bar', job_id: 7 });
    expect(json.request.params).toEqual({ account_id: account, count: 2, with_deleted: true });
  });
});

describe('records', () => {
  test('§17.19: a deleted record answers 404 unless asked for with with_deleted', async () => {
    const all = await x.list(account, 'line_items', { with_deleted: true });
    const deleted = all.find((row) => row['deleted'] === true);
    const id = String(deleted?.['id']);
    const reply = await get(`line_items/${id}`);
    expect([reply.status, codeOf(reply)]).toEqual([404, 'LINE_ITEM_NOT_FOUND']);
    expect((await get(`line_items/${id}`, { with_deleted: true })).json.data).toEqual(deleted);
    expect((await get('campaigns/none')).json.errors?.[0]?.code).toBe('CAMPAIGN_NOT_FOUND');
  });

  test('ads of a deleted line item are listed only with with_deleted, and have deleted: false', async () => {
    const lineItems = await x.list(account, 'line_items', { with_deleted: true });
    const gone = lineItems.filter((row) => row['deleted'] === true).map((row) => String(row['id']));
    const filter = { line_item_ids: gone.join(',') };
    expect(await x.list(account, 'promoted_tweets', filter)).toEqual([]);
    const ads = await x.list(account, 'promoted_tweets', { ...filter, with_deleted: true });
    expect(ads.some((row) => row['deleted'] === false)).toBe(true);
  });

  test('drafts are listed only with with_draft', async () => {
    expect(drafts(await x.list(account, 'campaigns'))).toBe(0);
    expect(drafts(await x.list(account, 'campaigns', { with_draft: true }))).toBe(1);
  });

  test('the key order is that of live answers', async () => {
    const keys = async (collection: string): Promise<string> =>
      Object.keys((await get(collection, { count: 1 })).json.data[0] ?? {}).join(' ');
    expect(await keys('promoted_tweets')).toBe(
      'line_item_id id entity_status created_at updated_at approval_status tweet_id deleted',
    );
    expect(await keys('promoted_accounts')).toBe(
      'line_item_id user_id id entity_status created_at updated_at approval_status deleted',
    );
    expect(await keys('campaigns')).toMatch(/^name budget_optimization reasons_not_servable servable purchase_order/);
    expect(Object.keys((await get('campaigns')).json)).toEqual(['request', 'next_cursor', 'data', 'data_type']);
    for (const collection of ['media_creatives', 'tracking_tags', 'promotable_users']) {
      expect((await get(collection)).status).toBe(200);
    }
  });

  test('§17.54: money is whole micros in every currency, and an account may have several', async () => {
    const fundings = await x.list(account, 'funding_instruments');
    expect(new Set(fundings.map((row) => row['currency']))).toEqual(new Set(['USD', 'EUR']));
    const lineItems = await x.list(account, 'line_items');
    for (const row of lineItems) {
      const budget = row['daily_budget_amount_local_micro'];
      expect(budget === null || Number(budget) % 1_000_000 === 0).toBe(true);
    }
  });
});

describe('creatives', () => {
  test('§17.55: tweets need tweet_type, take 200 ids, and are all nullcast', async () => {
    expect(codeOf(await get('tweets'))).toBe('MISSING_PARAMETER');
    const ids = (await x.list(account, 'promoted_tweets')).slice(0, 5).map((row) => String(row['tweet_id']));
    const { json, text } = await get('tweets', { tweet_type: 'PUBLISHED', tweet_ids: ids.join(','), trim_user: true });
    expect(json.data.map((row) => row['tweet_id'])).toEqual(ids);
    expect(text).toContain(`"id":${ids[0] ?? '?'},`);
    expect(await x.list(account, 'tweets', { tweet_type: 'PUBLISHED', timeline_type: 'ORGANIC' })).toEqual([]);
    expect((await x.list(account, 'tweets', { tweet_type: 'PUBLISHED', timeline_type: 'ALL' })).length).toBeGreaterThan(
      0,
    );
  });

  test('§17.57: tweets ignore sort_by, which they do not have, and all unknown parameters', async () => {
    const plain = { tweet_type: 'PUBLISHED', count: 5 };
    const { status, json } = await get('tweets', { ...plain, sort_by: 'created_at-desc', colour: 'red' });
    expect(status).toBe(200);
    expect(json).toEqual((await get('tweets', plain)).json);
  });

  test('§17.56: legacy cards come with include_legacy_cards or from cards/all, by at most 200 URIs', async () => {
    const tweets = await x.list(account, 'tweets', { tweet_type: 'PUBLISHED' });
    const uris = tweets.flatMap((row) => (typeof row['card_uri'] === 'string' ? [row['card_uri']] : []));
    const filter = { card_uris: uris.slice(0, 80).join(','), count: 200 };
    const fresh = (await get('cards', filter)).json.data;
    const withLegacy = (await get('cards', { ...filter, include_legacy_cards: true })).json.data;
    const all = (await get('cards/all', filter)).json.data;
    expect(fresh.every((row) => row['website_dest_url'] === undefined)).toBe(true);
    expect(withLegacy.some((row) => String(row['website_dest_url']).includes('utm_campaign='))).toBe(true);
    expect(all).toEqual(withLegacy);
    expect(codeOf(await get('cards/all'))).toBe('MISSING_PARAMETER');
    const many = Array.from({ length: 201 }, (_, index) => `card://${index}`).join(',');
    expect(codeOf(await get('cards', { card_uris: many }))).toBe('INVALID_PARAMETER');
    const card = String(fresh[0]?.['id']);
    expect((await get(`cards/${card}`)).json.data).toEqual(fresh[0]);
  });

  test('destinations are in the text, on cards, in slides, and keep their encoding', async () => {
    const tweets = JSON.stringify(await x.list(account, 'tweets', { tweet_type: 'PUBLISHED' }));
    expect(tweets).toMatch(/expanded_url":"https:\/\/www\.example\.com\/[^"]*utm_campaign=[^"&]*%/);
    const cards = JSON.stringify((await get('cards', { include_legacy_cards: true, count: 200 })).json.data);
    expect(cards).toContain('"slides"');
    expect(cards).toContain('googleplay_app_id');
    expect(cards).toMatch(/"destination":\{"type":"WEBSITE","url":"https:\/\/www\.example\.com[^"]*utm_source=twitter/);
  });
});
