import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { UserApi } from '../../x-ads/client.js';
import type { Page } from '../../x-ads/call.js';
import { XAdsError } from '../../x-ads/errors/index.js';
import { parseJson } from '../../x-ads/json.js';
import { caught, connect, sendJson, startServer } from './support/server.js';

const answering = (body: unknown) => startServer((_: unknown, response: ServerResponse) => sendJson(response, body));

const firstPage = async (pages: AsyncGenerator<Page<object>>): Promise<Page<object>> => {
  const { value } = await pages.next();
  if (value === undefined) throw new Error('no page came');
  return value;
};

test.each<[string, (user: UserApi) => AsyncGenerator<Page<object>>, object, unknown, string]>([
  ['accounts', (x) => x.accounts.list(), { id: 'a', timezone: 'Asia/Tokyo' }, { id: 'b', timezone: null }, 'b'],
  ['campaigns', (x) => x.campaigns.list('a1'), { id: 'c1' }, { id: 'c2', name: 7 }, 'c2'],
  ['line_items', (x) => x.lineItems.list('a1'), { id: 'l1', campaign_id: 'c' }, { id: 'l2', campaign_id: null }, 'l2'],
  ['funding_instruments', (x) => x.fundingInstruments.list('a1'), { id: 'f1' }, { id: null }, 'item 1'],
  [
    'promoted_tweets',
    (x) => x.promotedTweets.list('a1'),
    { id: 'p1', line_item_id: 'l', tweet_id: '1' },
    { id: 'p2', line_item_id: 'l', tweet_id: null },
    'p2',
  ],
  [
    'promoted_accounts',
    (x) => x.promotedAccounts.list('a1'),
    { id: 'p1', line_item_id: 'l', user_id: '1' },
    { id: 'p2', line_item_id: ['l'], user_id: '1' },
    'p2',
  ],
  ['tweets', (x) => x.tweets.byIds('a1', ['1']), { tweet_id: '1' }, { full_text: 'no id' }, 'item 1'],
  ['cards', (x) => x.cards.byUris('a1', ['card://1']), { card_uri: 'card://1' }, null, 'item 1'],
])('(%s) an odd item costs none of the others, and is named with its reason', async (_, list, good, odd, id) => {
  await using server = await answering({ data: [odd, good], request: [], total_count: 'many', next_cursor: null });
  await using client = connect(server);
  const page = await firstPage(list(client.user));
  expect(page.items).toEqual([good]);
  expect(page.leftOut).toEqual([{ id, reason: expect.stringMatching(/./) as string }]);
});

test('what nobody reads refuses no page, and keeps all its digits', async () => {
  await using server = await startServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      '{"data":[{"id":"f1","credit_limit_local_micro":9000000000000000001,"credit_remaining_local_micro":1.5,"start_time":"never"}]}',
    );
  });
  await using client = connect(server);
  const { items, leftOut } = await firstPage(client.user.fundingInstruments.list('a1'));
  expect(leftOut).toEqual([]);
  expect(items).toEqual([
    {
      id: 'f1',
      credit_limit_local_micro: '9000000000000000001',
      credit_remaining_local_micro: '1.5',
      start_time: 'never',
    },
  ]);
});

test('activity without a readable placement is asked for on every placement that stats know', async () => {
  const times = { activity_start_time: '2026-07-12T22:00:00Z', activity_end_time: '2026-07-13T22:00:00Z' };
  await using server = await answering({
    data: [
      { entity_id: 'e1', ...times, placements: [] },
      { entity_id: 'e2', ...times },
      { entity_id: 'e3', ...times, placements: ['TREND'] },
      { entity_id: null, ...times, placements: ['TREND'] },
      { entity_id: 'e5', activity_start_time: 'yesterday', activity_end_time: null, placements: ['TREND'] },
    ],
  });
  await using client = connect(server);
  const query = {
    entity: 'CAMPAIGN',
    startTime: '2026-07-12T22:00:00Z',
    endTime: '2026-07-13T22:00:00Z',
  } as const;
  const { data, leftOut } = await client.user.activeEntities.get('a1', query);
  const all = ['ALL_ON_TWITTER', 'SPOTLIGHT', 'TREND'];
  expect(data.map(({ entity_id: id, placements }) => [id, placements])).toEqual([
    ['e1', all],
    ['e2', all],
    ['e3', ['TREND']],
  ]);
  expect(leftOut.map(({ id }) => id)).toEqual(['item 4', 'e5']);
});

test('a job of another tool with odd fields costs the list of jobs nothing', async () => {
  const times = { created_at: '2026-07-20T10:00:00Z', updated_at: '2026-07-20T10:00:03Z' };
  const ours = { id_str: '1', status: 'PROCESSING', entity: 'CAMPAIGN', entity_ids: ['c'], ...times };
  await using server = await answering({
    data: [
      { id_str: '2', status: 'SUCCESS', entity: null, entity_ids: 'c', placement: 7, segmentation_type: [], ...times },
      { id_str: null, status: 'SUCCESS' },
      ours,
    ],
  });
  await using client = connect(server);
  const { items } = await firstPage(client.user.statsJobs.listRecent('a1'));
  expect(items.map((item) => (item as { id_str: string }).id_str)).toEqual(['2', '1']);
  expect((await client.user.statsJobs.listByIds('a1', ['1'])).data).toMatchObject([ours]);
});

test('texts are well-formed where they come in, names of fields and refusals included', async () => {
  expect(parseJson('{"a\\u0000":["\\ud83d","\\ude00 x","\\ud83d\\ude00"]}')).toEqual({
    'a\u{FFFD}': ['\u{FFFD}', '\u{FFFD} x', '\u{1F600}'],
  });
  await using server = await startServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"errors":[{"code":"INVALID","message":"half \\ud83d and \\u0000"}]}');
  });
  await using client = connect(server);
  const error = await caught(client.user.accounts.get('a1'));
  expect(error).toBeInstanceOf(XAdsError);
  expect((error as XAdsError).xMessage).toBe('half \u{FFFD} and \u{FFFD}');
});
