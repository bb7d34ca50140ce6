import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { MalformedResponse } from '../../x-ads/errors/index.js';
import { collect } from './support/collect.js';
import { caught, connect, sendJson, startServer } from './support/server.js';

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `c${i}`);

/** Answers each request with the next of the given bodies. */
const script = (...bodies: readonly unknown[]) => {
  const rest = [...bodies];
  return (_: unknown, response: ServerResponse): void => sendJson(response, rest.shift() ?? { data: [] });
};

const job = {
  id_str: '1120829647711653888',
  status: 'SUCCESS',
  url: 'https://ton.twimg.com/f.json.gz',
  entity: 'LINE_ITEM',
  entity_ids: ['li1'],
  start_time: '2026-07-12T22:00:00Z',
  end_time: '2026-07-19T22:00:00Z',
  placement: 'ALL_ON_TWITTER',
  granularity: 'DAY',
  metric_groups: ['ENGAGEMENT', 'BILLING'],
  segmentation_type: null,
  created_at: '2026-07-20T10:00:00Z',
  updated_at: '2026-07-20T10:00:03Z',
  expires_at: '2026-07-22T10:00:03Z',
};
/** As X writes it: with an `id` that a double cannot hold. */
const jobText = (data: object | readonly object[], cursor: string | null = null): string =>
  JSON.stringify({ request: { params: {} }, next_cursor: cursor, data }).replaceAll(
    '{"id_str"',
    '{"id":1120829647711653888,"id_str"',
  );

test('a list follows cursors to the end, with deleted ones and the greatest page', async () => {
  await using server = await startServer(
    script(
      { data: [{ id: 'c1', servable: true, brand_new: { a: 1 } }], next_cursor: 'n1' },
      { data: [{ id: 'c2', effective_status: 'NEVER_SEEN' }], next_cursor: 'n2' },
      { data: [], next_cursor: null },
    ),
  );
  await using client = connect(server);
  const { items, observedAt } = await collect(client.user.campaigns.list('a1'));
  expect(items).toEqual([
    { id: 'c1', servable: true, brand_new: { a: 1 } },
    { id: 'c2', effective_status: 'NEVER_SEEN' },
  ]);
  expect(observedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(server.seen.map(({ target }) => target)).toEqual([
    '/12/accounts/a1/campaigns?count=1000&with_deleted=true',
    '/12/accounts/a1/campaigns?count=1000&with_deleted=true&cursor=n1',
    '/12/accounts/a1/campaigns?count=1000&with_deleted=true&cursor=n2',
  ]);
});

test('a list can leave out deleted ones, and have smaller pages', async () => {
  await using server = await startServer(script({ data: [{ id: 'c1' }], next_cursor: 'n8' }));
  await using client = connect(server);
  const first = await client.user.campaigns.list('a1', { count: 1, withDeleted: false }).next();
  expect(first.value).toMatchObject({ items: [{ id: 'c1' }], nextCursor: 'n8' });
  expect(server.seen[0]?.target).toBe('/12/accounts/a1/campaigns?count=1&with_deleted=false');
});

test('ever new cursors end the walk with an error: after a few empty pages, or after more than an account can have', async () => {
  let items: readonly object[] = [];
  await using server = await startServer((_, response) =>
    sendJson(response, { data: items, next_cursor: `n${server.seen.length}` }),
  );
  await using client = connect(server);
  expect(await caught(collect(client.user.campaigns.list('a1')))).toMatchObject({ name: 'MalformedResponse' });
  expect(server.seen).toHaveLength(5);
  items = [{ id: 'c1' }];
  expect(await caught(collect(client.user.campaigns.list('a1')))).toMatchObject({ name: 'MalformedResponse' });
  expect(server.seen).toHaveLength(1_005);
});

test('a cursor that comes back ends the walk with an error instead of never', async () => {
  await using server = await startServer((_, response) => sendJson(response, { data: [], next_cursor: 'again' }));
  await using client = connect(server);
  expect(await caught(collect(client.user.campaigns.list('a1')))).toBeInstanceOf(MalformedResponse);
  expect(server.seen).toHaveLength(2);
});

test('a look-up by ids asks for 200 at a time, each once; no ids ask nothing', async () => {
  await using server = await startServer((_, response) => sendJson(response, { data: [], next_cursor: null }));
  await using client = connect(server);
  await collect(client.user.tweets.byIds('a1', [...ids(450), 'c0']));
  await collect(client.user.tweets.byIds('a1', []));
  expect(server.seen.map(({ query }) => query.get('tweet_ids')?.split(',').length)).toEqual([200, 200, 50]);
});

test('a collection that comes as a single object is a list of one', async () => {
  await using server = await startServer(script({ data: { id: 'f1', currency: 'EUR' } }));
  await using client = connect(server);
  const { items } = await collect(client.user.fundingInstruments.list('a1'));
  expect(items).toEqual([{ id: 'f1', currency: 'EUR' }]);
});

test.each([
  ['a flag as text', { id: 'c1', deleted: 'false' }],
  ['an id that is a number', { id: 7 }],
])('%s leaves its item out', async (_, campaign) => {
  await using server = await startServer(script({ data: [campaign] }));
  await using client = connect(server);
  expect((await collect(client.user.campaigns.list('a1'))).items).toEqual([]);
});

test('active entities are asked in whole seconds and keep placements we do not know', async () => {
  const record = {
    entity_id: 'li1',
    activity_start_time: '2026-07-10T00:00:00Z',
    activity_end_time: '2026-07-13T00:00:00Z',
    placements: ['ALL_ON_TWITTER', 'SOMEWHERE_NEW'],
  };
  await using server = await startServer(script({ data: [record], request: { params: { entity: 'LINE_ITEM' } } }));
  await using client = connect(server);
  const answer = await client.user.activeEntities.get('a1', {
    entity: 'LINE_ITEM',
    startTime: '2026-07-12T22:00:00.000Z',
    endTime: '2026-07-19T22:00:00Z',
  });
  expect(answer).toMatchObject({ data: [record], params: { entity: 'LINE_ITEM' } });
  expect(server.seen[0]?.target).toBe(
    '/12/stats/accounts/a1/active_entities?entity=LINE_ITEM&start_time=2026-07-12T22%3A00%3A00Z' +
      '&end_time=2026-07-19T22%3A00%3A00Z',
  );
});

test('an instant that is no whole second is refused before X refuses it', async () => {
  await using server = await startServer(script());
  await using client = connect(server);
  const query = { entity: 'CAMPAIGN', startTime: '2026-07-12T22:00:00.500Z', endTime: '2026-07-13T22:00:00Z' } as const;
  expect(await caught(client.user.activeEntities.get('a1', query))).toBeInstanceOf(RangeError);
  expect(server.seen).toHaveLength(0);
});

test('tweets are found by id, whichever field holds it exactly', async () => {
  const text =
    '{"data":[{"id":1120829647711653889,"tweet_id":"1120829647711653889","entities":{"urls":[{"expanded_url":"https://a.example/?utm_source=x"}]}},' +
    '{"id":1120829647711653890,"id_str":"1120829647711653890","card_uri":"card://1"}],"next_cursor":null}';
  await using server = await startServer((_, response) => response.end(text));
  await using client = connect(server);
  const { items } = await collect(client.user.tweets.byIds('a1', ['1120829647711653889', '1120829647711653890']));
  expect(items.map((tweet) => tweet.tweet_id)).toEqual(['1120829647711653889', '1120829647711653890']);
  expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
    tweet_type: 'PUBLISHED',
    timeline_type: 'ALL',
    trim_user: 'true',
    count: '200',
    tweet_ids: '1120829647711653889,1120829647711653890',
  });
});

test('cards are found by URI, new, with slides, and old', async () => {
  const cards = [
    { card_uri: 'card://1', components: [{ type: 'DETAILS', destination: { type: 'WEBSITE', url: 'https://a/' } }] },
    { card_uri: 'card://2', slides: [[{ type: 'DETAILS' }]], card_type: 'NEW_TYPE' },
    { card_uri: 'card://3', website_dest_url: 'https://b/' },
  ];
  await using server = await startServer(script({ data: cards }));
  await using client = connect(server);
  const { items } = await collect(client.user.cards.byUris('a1', ['card://1', 'card://2', 'card://3']));
  expect(items).toEqual(cards);
  expect(server.seen[0]).toMatchObject({ path: '/12/accounts/a1/cards/all' });
  expect(server.seen[0]?.target).toContain('card_uris=card%3A%2F%2F1%2Ccard%3A%2F%2F2');
});

test('a job is created by its parameters, and its id is exact', async () => {
  await using server = await startServer((_, response) => response.end(jobText(job)));
  await using client = connect(server);
  const { data } = await client.user.statsJobs.create('a1', {
    entity: 'LINE_ITEM',
    entityIds: ['li1', 'li2'],
    startTime: '2026-07-12T22:00:00Z',
    endTime: '2026-07-19T22:00:00Z',
    placement: 'ALL_ON_TWITTER',
    metricGroups: ['ENGAGEMENT', 'BILLING'],
  });
  expect(data).toEqual(job);
  expect(server.seen[0]).toMatchObject({
    method: 'POST',
    target:
      '/12/stats/jobs/accounts/a1?entity=LINE_ITEM&entity_ids=li1%2Cli2&start_time=2026-07-12T22%3A00%3A00Z' +
      '&end_time=2026-07-19T22%3A00%3A00Z&granularity=DAY&placement=ALL_ON_TWITTER&metric_groups=ENGAGEMENT%2CBILLING',
  });
});

test('jobs by id are one call, whatever cursor X gives, and only those asked for', async () => {
  const other = { ...job, id_str: '1120829647711653999' };
  await using server = await startServer((_, response) => response.end(jobText([job, other], '1120829647711653000')));
  await using client = connect(server);
  const { data } = await client.user.statsJobs.listByIds('a1', [job.id_str, '5']);
  expect(data).toEqual([job]);
  expect(server.seen.map(({ target }) => target)).toEqual([
    '/12/stats/jobs/accounts/a1?job_ids=1120829647711653888%2C5&count=2',
  ]);
  expect(await caught(client.user.statsJobs.listByIds('a1', ids(201)))).toBeInstanceOf(RangeError);
  expect(await caught(client.user.statsJobs.listByIds('a1', []))).toBeInstanceOf(RangeError);
});

test('recent jobs are walked page by page, as far as the caller goes', async () => {
  await using server = await startServer((request, response) => {
    response.end(jobText([job], request.url?.includes('cursor') === true ? null : job.id_str));
  });
  await using client = connect(server);
  for await (const page of client.user.statsJobs.listRecent('a1', { count: 50 })) {
    expect(page.nextCursor).toBe(job.id_str);
    break;
  }
  expect(server.seen.map(({ target }) => target)).toEqual(['/12/stats/jobs/accounts/a1?count=50']);
  expect((await collect(client.user.statsJobs.listRecent('a1'))).items).toHaveLength(2);
});

test('a job is cancelled; a status we do not know is kept', async () => {
  await using server = await startServer((_, response) => response.end(jobText({ ...job, status: 'UPLOADING' })));
  await using client = connect(server);
  const { data } = await client.user.statsJobs.cancel('a1', job.id_str);
  expect(data.status).toBe('UPLOADING');
  expect(server.seen[0]).toMatchObject({ method: 'DELETE', target: `/12/stats/jobs/accounts/a1/${job.id_str}` });
});

test('synchronous stats are read as a file is', async () => {
  await using server = await startServer(
    script({
      data_type: 'stats',
      time_series_length: 1,
      data: [{ id: 'li1', id_data: [{ segment: null, metrics: { clicks: [3] } }] }],
      request: { params: { entity: 'LINE_ITEM' } },
    }),
  );
  await using client = connect(server);
  const { data } = await client.user.stats.get('a1', {
    entity: 'LINE_ITEM',
    entityIds: ['li1'],
    startTime: '2026-07-12T22:00:00Z',
    endTime: '2026-07-13T22:00:00Z',
    placement: 'ALL_ON_TWITTER',
    metricGroups: ['ENGAGEMENT'],
  });
  expect(data).toMatchObject({ entities: [{ id: 'li1', metrics: { clicks: [3] } }], timeSeriesLength: 1 });
});

test('stats take 1 to 20 ids', async () => {
  await using server = await startServer(script());
  await using client = connect(server);
  const query = {
    entity: 'LINE_ITEM',
    entityIds: ids(21),
    startTime: '2026-07-12T22:00:00Z',
    endTime: '2026-07-13T22:00:00Z',
    placement: 'ALL_ON_TWITTER',
    metricGroups: ['ENGAGEMENT'],
  } as const;
  const { statsJobs } = client.user;
  expect(await caught(statsJobs.create('a1', query))).toBeInstanceOf(RangeError);
  expect(await caught(statsJobs.create('a1', { ...query, entityIds: [] }))).toBeInstanceOf(RangeError);
});

test("the user's role is read", async () => {
  await using server = await startServer(
    script({ data: { user_id: '42', permissions: ['CAMPAIGN_ANALYST', 'NEW_ONE'] } }),
  );
  await using client = connect(server);
  const { data } = await client.user.accounts.authenticatedUserAccess('a1');
  expect(data.permissions).toEqual(['CAMPAIGN_ANALYST', 'NEW_ONE']);
});
