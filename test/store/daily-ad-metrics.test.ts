import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveEntities } from '../../store/account/entities.js';
import { saveCards, saveTweets } from '../../store/account/creatives.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, openStore, type TestStore } from './database.js';
import { day } from './landing.js';
import { card, entity, link, tweet } from './rows.js';

const NOW = '2026-02-05T00:00:00Z';

const utm = (source: string) => `https://shop.example/?utm_source=${source}`;
const led = (source: string) => [utm(source), { utm_source: source }];

const promoted = (id: string, tweetId: string) => entity('PROMOTED_TWEET', id, { lineItemId: 'l1', tweetId });

describe('daily_ad_metrics', () => {
  let store: TestStore;
  const fact = (values: Record<string, unknown>) => {
    const row = {
      account_id: 'acc',
      level: 'PROMOTED_TWEET',
      placement: 'ALL_ON_TWITTER',
      day: '2026-02-01',
      receipt_id: 1,
      observed_at: NOW,
      ...values,
    };
    return store.db.query(
      `insert into importer.facts (${Object.keys(row).join(', ')}) values (${Object.keys(row)
        .map((_, i) => `$${i + 1}`)
        .join(', ')})`,
      Object.values(row),
    );
  };
  const rows = async (adId: string) =>
    (
      await store.db.query<Record<string, unknown>>(
        'select * from importer.daily_ad_metrics where ad_id = $1 order by day',
        [adId],
      )
    ).rows;
  const ad = async (adId: string) =>
    (await store.db.query<Record<string, unknown>>('select * from importer.ads where ad_id = $1', [adId])).rows[0];

  beforeAll(async () => {
    store = await openStore();
    await addAccounts(store.db, 'acc', 'other');
    await ensurePartitions(store.db, day('2026-02-01'), day('2026-02-28'));
    await saveEntities(store.db, {
      accountId: 'acc',
      observedAt: NOW,
      entities: [
        entity('CAMPAIGN', 'c1', { name: 'Spring', status: 'PAUSED', currency: 'JPY' }),
        entity('LINE_ITEM', 'l1', { name: 'Group', campaignId: 'c1', currency: 'JPY' }),
        promoted('text', 't1'),
        promoted('card', 't2'),
        promoted('preview', 't3'),
        promoted('both', 't4'),
        promoted('gone', 't5'),
        promoted('shared1', 't6'),
        promoted('shared2', 't6'),
        promoted('bare', 't7'),
        promoted('quote', 't8'),
        promoted('plain', 't9'),
        entity('PROMOTED_ACCOUNT', 'follow', { lineItemId: 'l1', userId: '42' }),
      ],
    });
    // Another account promotes a tweet of the same id: no tweet is shared across accounts.
    await saveEntities(store.db, { accountId: 'other', observedAt: NOW, entities: [promoted('text', 't1')] });
    await saveTweets(
      store.db,
      'acc',
      [
        tweet('t1', { urls: [link(utm('text')), link(utm('second'))] }),
        tweet('t2', { cardUri: 'card://1' }),
        tweet('t3', {
          cardUri: 'card://1',
          urls: [link('https://t.co/xyz'), link('https://cards.twitter.com/cards/18ce/1')],
        }),
        tweet('t4', { cardUri: 'card://1', urls: [link('https://t.co/xyz'), link(utm('link'))] }),
        tweet('t7', { urls: [link(null)] }),
        tweet('t8', {
          urls: [
            link('https://x.com/ada/status/1?utm_source=quoted'),
            link('https://www.twitter.com/ada'),
            link('pic.x.com/abc'),
            link(utm('after')),
          ],
        }),
        tweet('t9', { cardUri: 'card://1', urls: [link('https://shop.example/terms')] }),
      ],
      NOW,
    );
    await saveCards(store.db, 'acc', [card('card://1', utm('card'))], NOW);
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('an ad-day is one row with the columns of the event, summed over placements', async () => {
    await fact({
      entity_id: 'text',
      impressions: 10,
      clicks: 2,
      url_clicks: 1,
      retweets: 1,
      app_clicks: 3,
      billed_charge_local_micro: 1_234_567,
    });
    await fact({ entity_id: 'text', placement: 'SPOTLIGHT', impressions: 5, billed_charge_local_micro: 1 });
    await fact({ entity_id: 'text', day: '2026-02-02', impressions: 7, billed_charge_local_micro: -2_000_000 });
    const [first, second, ...more] = await rows('text');
    expect(more).toEqual([]);
    expect(first).toEqual({
      ad_account_id: 'acc',
      day: '2026-02-01',
      level: 'PROMOTED_TWEET',
      ad_group_id: 'l1',
      ad_group_name: 'Group',
      ad_group_status: 'ACTIVE',
      ad_id: 'text',
      ad_metrics_app_clicks: 3,
      ad_metrics_clicks: 2,
      ad_metrics_cost: '1.234568',
      ad_metrics_cost_micro: 1_234_568,
      ad_metrics_impressions: 15,
      ad_metrics_retweets: 1,
      ad_metrics_url_clicks: 1,
      ad_platform: 'x',
      ad_status: 'ACTIVE',
      ad_text: 'Buy now https://t.co/abc',
      campaign_currency: 'JPY',
      campaign_id: 'c1',
      campaign_name: 'Spring',
      campaign_status: 'PAUSED',
      tweet_id: 't1',
      shared_tweet: false,
      destination_url: 'https://shop.example/?utm_source=text',
      destination_from: 'text',
      utm_source: 'text',
      utm_medium: null,
      utm_campaign: null,
      utm_term: null,
      utm_content: null,
    });
    expect(second).toMatchObject({ day: '2026-02-02', ad_metrics_cost: '-2.000000' });
  });

  test('a promoted account has its rows, too, and levels above have none', async () => {
    await fact({ entity_id: 'follow', level: 'PROMOTED_ACCOUNT', impressions: 4 });
    await fact({ entity_id: 'c1', level: 'CAMPAIGN', impressions: 400 });
    expect(await rows('follow')).toMatchObject([
      { level: 'PROMOTED_ACCOUNT', campaign_name: 'Spring', tweet_id: null, shared_tweet: false },
    ]);
    expect(await rows('c1')).toEqual([]);
  });

  test('a campaign-day is one row over all placements: what X bills, with conversions as columns', async () => {
    const more = {
      'conversion_purchases.metric': 2,
      'conversion_purchases.sale_amount': '19.99',
      'conversion_sign_ups.metric': 1,
    };
    const values = {
      entity_id: 'c1',
      level: 'CAMPAIGN',
      day: '2026-02-09',
      billed_charge_local_micro: 1_500_000,
      impressions: 7,
    };
    await fact({ ...values, more: JSON.stringify(more) });
    await fact({ ...values, placement: 'SPOTLIGHT', more: null });
    const { rows: found } = await store.db.query(
      `select * from importer.daily_campaign_metrics where campaign_id = 'c1' and day = '2026-02-09'`,
    );
    expect(found).toMatchObject([
      {
        ad_account_id: 'acc',
        campaign_name: 'Spring',
        campaign_currency: 'JPY',
        cost: '3.000000',
        impressions: 14,
        purchases: 2,
        purchase_sale_amount: '19.99',
        sign_ups: 1,
        downloads: 0,
      },
    ]);
  });

  test('a number whose ad is not mirrored yet is not lost', async () => {
    await fact({ entity_id: 'nameless', impressions: 9 });
    expect(await rows('nameless')).toMatchObject([
      { ad_metrics_impressions: 9, campaign_name: null, shared_tweet: false },
    ]);
  });

  test('ads that share a tweet say so, and each stays one row', async () => {
    await fact({ entity_id: 'shared1', impressions: 1 });
    await fact({ entity_id: 'shared2', impressions: 1 });
    expect(await rows('shared1')).toMatchObject([{ shared_tweet: true }]);
    expect(await rows('shared2')).toMatchObject([{ shared_tweet: true }]);
    const { rows: counted } = await store.db.query(
      `select count(*) as rows, count(distinct (ad_account_id, level, ad_id, day)) as "adDays" from importer.daily_ad_metrics`,
    );
    const { rows: truth } = await store.db.query(
      `select count(distinct (account_id, level, entity_id, day)) as "adDays" from importer.facts where level::text like 'PROMOTED%'`,
    );
    expect(counted).toEqual([
      { rows: (truth[0] as { adDays: number }).adDays, adDays: (truth[0] as { adDays: number }).adDays },
    ]);
  });

  test('the destination is the first text link that leads away from X, and the card where there is none or only the card has UTM', async () => {
    const sources = await Promise.all(
      ['text', 'card', 'preview', 'both', 'gone', 'bare', 'quote', 'plain'].map(async (id) => {
        const found = await ad(id);
        return [found?.['destination_from'], found?.['destination_url'], found?.['utm']];
      }),
    );
    const none = [null, null, null];
    expect(sources).toEqual([
      ['text', ...led('text')],
      ['card', ...led('card')],
      ['card', ...led('card')],
      ['text', ...led('link')],
      none,
      none,
      ['text', ...led('after')],
      ['card', ...led('card')],
    ]);
  });

  test('an address of two megabytes is decoded within the time of a statement', async () => {
    const url = `https://a.b/?rest=${'%C3%A4+'.repeat(250_000)}&utm_term=${'%C3%A4+'.repeat(50_000)}`;
    const { rows: found } = await store.db.query<{ length: number }>(
      `select length(importer.utm_parameters($1) ->> 'utm_term') as length`,
      [url],
    );
    expect(found).toEqual([{ length: 100_000 }]);
  });

  test.each<readonly [string, string, Readonly<Record<string, string>> | null]>([
    [
      'all five',
      'https://a.b/p?utm_source=x&utm_medium=m&utm_campaign=c&utm_term=t&utm_content=k',
      { utm_source: 'x', utm_medium: 'm', utm_campaign: 'c', utm_term: 't', utm_content: 'k' },
    ],
    ['percent-encoded UTF-8', 'https://a.b/?utm_source=c%C3%A4p%20%F0%9F%98%80', { utm_source: 'cäp 😀' }],
    ['plus is a space, %2B a plus', 'https://a.b/?utm_term=a+b%2Bc', { utm_term: 'a b+c' }],
    ['an encoded ampersand and equals sign', 'https://a.b/?utm_source=a%26b%3Dc=d', { utm_source: 'a&b=c=d' }],
    ['the first of repeated parameters', 'https://a.b/?utm_source=one&utm_source=two', { utm_source: 'one' }],
    ['an empty one does not hide a later one', 'https://a.b/?utm_source=&utm_source=two', { utm_source: 'two' }],
    ['names in any case and encoded', 'https://a.b/?UTM_Source=A&utm%5Fmedium=B', { utm_source: 'A', utm_medium: 'B' }],
    ['the fragment is no query', 'https://a.b/?utm_source=q#utm_medium=f', { utm_source: 'q' }],
    ['a question mark in the fragment', 'https://a.b/#/route?utm_source=f', null],
    ['a question mark in a value', 'https://a.b/?q=why?&utm_source=x?y', { utm_source: 'x?y' }],
    ['bytes that are no UTF-8 stay as they are', 'https://a.b/?utm_source=%ff%00', { utm_source: '%ff%00' }],
    [
      'one such byte does not keep the rest encoded',
      'https://a.b/?utm_source=c%C3%A4p+%E4t+%ED%A0%80%C3+%F0%9F%98%80%',
      { utm_source: 'cäp %E4t %ED%A0%80%C3 😀%' },
    ],
    ['stray percent signs stay', 'https://a.b/?utm_source=100%&utm_term=%zz', { utm_source: '100%', utm_term: '%zz' }],
    ['similar names', 'https://a.b/?my_utm_source=x&utm_sources=y&utm_source', null],
    ['no query', 'https://a.b/', null],
    ['an empty query', 'https://a.b/?', null],
    ['no address at all', '', null],
  ])('UTM parameters: %s', async (_, url, expected) => {
    const { rows: found } = await store.db.query('select importer.utm_parameters($1) as utm', [url]);
    expect(found).toEqual([{ utm: expected }]);
  });
});
