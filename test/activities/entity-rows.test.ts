import { expect, test } from 'vitest';
import { tweetRow } from '../../activities/import/entity-rows.js';

const url = (expanded: string) => ({ url: 'https://t.co/abc', expanded_url: expanded });

test('a promoted retweet leads where the tweet leads that it repeats', () => {
  const repeated = { card_uri: 'card://1', entities: { urls: [url('https://shop.example/?utm_source=x')] } };
  const retweet = { tweet_id: '2', full_text: 'RT @ada: Buy…', entities: { urls: [] }, retweeted_status: repeated };
  expect(tweetRow(retweet)).toMatchObject({
    tweetId: '2',
    cardUri: 'card://1',
    urls: [{ expanded_url: 'https://shop.example/?utm_source=x' }],
    raw: retweet,
  });
  expect(tweetRow({ tweet_id: '1', ...repeated, retweeted_status: null })).toMatchObject({
    cardUri: 'card://1',
    urls: [{ expanded_url: 'https://shop.example/?utm_source=x' }],
  });
});
