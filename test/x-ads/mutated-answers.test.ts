import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Page } from '../../x-ads/call.js';
import { MalformedResponse, XAdsError } from '../../x-ads/errors/index.js';
import { parseJson } from '../../x-ads/json.js';
import type { Send } from '../../x-ads/requests.js';
import { accountCalls } from '../../x-ads/resources/account.js';
import { campaignCalls } from '../../x-ads/resources/campaign.js';
import { cardCalls } from '../../x-ads/resources/card.js';
import { fundingInstrumentCalls } from '../../x-ads/resources/funding-instrument.js';
import { lineItemCalls } from '../../x-ads/resources/line-item.js';
import { promotedAccountCalls } from '../../x-ads/resources/promoted-account.js';
import { promotedTweetCalls } from '../../x-ads/resources/promoted-tweet.js';
import { tweetCalls } from '../../x-ads/resources/tweet.js';
import { ANSWERS, isRecord, type Item, meantBy, odd, SEED, spoilt, textOf, wellFormed } from './support/mutations.js';

/** A change of one item: a field of it gets another value, goes, or comes. */
const changed = (base: Item) =>
  fc
    .array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...Object.keys(base)), odd).map(([name, value]): Item => ({ [name]: value })),
        fc.constantFrom(...Object.keys(base)).map((name): Item => ({ [name]: undefined })),
        odd.map((value): Item => ({ a_field_of_tomorrow: value })),
      ),
      { maxLength: 3 },
    )
    .map((changes): unknown => Object.assign({}, base, ...changes));

interface Endpoint {
  readonly name: string;
  readonly pages: (send: Send) => AsyncGenerator<Page<object>>;
  readonly base: Item;
  /** Fields that must be a text, and not an empty one. */
  readonly needs: readonly string[];
  /** Fields that are a truth value where they are there; each other is a text. */
  readonly flags: readonly string[];
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'accounts',
    pages: (send) => accountCalls(send).list(),
    base: {
      id: 'a',
      name: 'A',
      business_name: null,
      timezone: 'Asia/Tokyo',
      approval_status: 'ACCEPTED',
      deleted: false,
    },
    needs: ['id', 'timezone'],
    flags: ['deleted'],
  },
  {
    name: 'campaigns',
    pages: (send) => campaignCalls(send).list('a'),
    base: { id: 'c', name: 'C', funding_instrument_id: 'f', entity_status: 'ACTIVE', currency: 'USD', deleted: false },
    needs: ['id'],
    flags: ['deleted'],
  },
  {
    name: 'line_items',
    pages: (send) => lineItemCalls(send).list('a'),
    base: { id: 'l', campaign_id: 'c', name: 'L', objective: 'REACH', ios_app_store_identifier: null, deleted: false },
    needs: ['id', 'campaign_id'],
    flags: ['deleted'],
  },
  {
    name: 'funding_instruments',
    pages: (send) => fundingInstrumentCalls(send).list('a'),
    base: { id: 'f', description: 'F', currency: 'EUR', entity_status: 'ACTIVE', deleted: false },
    needs: ['id'],
    flags: ['deleted'],
  },
  {
    name: 'promoted_tweets',
    pages: (send) => promotedTweetCalls(send).list('a'),
    base: { id: 'p', line_item_id: 'l', tweet_id: '1', entity_status: 'ACTIVE', deleted: false },
    needs: ['id', 'line_item_id', 'tweet_id'],
    flags: ['deleted'],
  },
  {
    name: 'promoted_accounts',
    pages: (send) => promotedAccountCalls(send).list('a'),
    base: { id: 'p', line_item_id: 'l', user_id: '1', entity_status: 'ACTIVE', deleted: false },
    needs: ['id', 'line_item_id', 'user_id'],
    flags: ['deleted'],
  },
  {
    name: 'cards',
    pages: (send) => cardCalls(send).byUris('a', ['card://1']),
    base: { id: 'k', name: 'K', card_uri: 'card://1', card_type: 'WEBSITE', website_url: 'https://a.example' },
    needs: ['card_uri'],
    flags: [],
  },
];

const isReadable = ({ base, needs, flags }: Endpoint, item: unknown): boolean =>
  isRecord(item) &&
  Object.keys(base).every((name) => {
    const value = meantBy(item[name]);
    if (needs.includes(name)) return typeof value === 'string' && value !== '';
    if (value === undefined || value === null) return true;
    return typeof value === (flags.includes(name) ? 'boolean' : 'string');
  });

/** Reads a text as the client does when X has sent it. */
const reading =
  (text: string): Send =>
  async (_request, schema) => {
    let json: unknown;
    try {
      json = parseJson(text);
    } catch {
      throw new MalformedResponse('not JSON', { requestPath: 'a test' });
    }
    const read = schema.safeParse(json);
    if (!read.success) throw new MalformedResponse('not as documented', { requestPath: 'a test' });
    return { data: read.data, observedAt: '2026-11-01T00:00:00Z' };
  };

const outcome = async <T>(work: () => Promise<T>): Promise<T | 'refused'> => {
  try {
    return await work();
  } catch (error) {
    // Its own reason, and no other failure.
    expect(error).toBeInstanceOf(XAdsError);
    return 'refused';
  }
};

test.each(ENDPOINTS)(
  'a mutated answer of GET $name is read item by item, or refused as malformed',
  async (endpoint) => {
    const answer = fc.array(fc.oneof({ weight: 6, arbitrary: changed(endpoint.base) }, { weight: 1, arbitrary: odd }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(answer, spoilt, async (data, spoil) => {
        const whole = textOf({ data, next_cursor: null });
        const text = spoil(whole);
        const page = await outcome(async () => (await endpoint.pages(reading(text)).next()).value as Page<object>);
        expect(page === 'refused').toBe(text !== whole);
        if (page === 'refused') return;
        const readable = data.filter((item) => isReadable(endpoint, item)) as Item[];
        const [key = ''] = endpoint.needs;
        const told = readable.map((item) => meantBy(item[key]));
        const read = page.items.map((item) => (item as Item)[key]);
        expect(read.map(wellFormed)).toEqual(told.map(wellFormed));
        expect(page.items.length + page.leftOut.length).toBe(data.length);
        for (const { reason } of page.leftOut) expect(reason).not.toBe('');
      }),
      { seed: SEED, numRuns: Math.ceil((ANSWERS * 0.5) / ENDPOINTS.length) },
    );
  },
);

test('a mutated answer of tweets is read or refused as malformed, and loses no item without a word', async () => {
  const base = { tweet_id: '1', id_str: '1', name: 'T', full_text: 'text', card_uri: null, entities: { urls: [] } };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(changed(base), odd), { maxLength: 4 }), spoilt, async (data, spoil) => {
      const whole = textOf({ data });
      const text = spoil(whole);
      const page = await outcome(
        async () => (await tweetCalls(reading(text)).byIds('a', ['1']).next()).value as Page<object>,
      );
      expect(page === 'refused').toBe(text !== whole);
      // Each item is read or named.
      if (page !== 'refused') expect(page.items.length + page.leftOut.length).toBe(data.length);
    }),
    { seed: SEED, numRuns: Math.ceil(ANSWERS * 0.1) },
  );
});
