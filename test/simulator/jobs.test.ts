import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorization } from './support/sign.js';
import { codeOf, download, jobOf, messageOf, query, startX, type Parameters, type Reply, type X } from './support/x.js';

let x: X;
let account: string;
let ads: readonly string[];
/** An account of its own for each test: some tests fill an account with jobs. */
let accounts: readonly string[];
beforeAll(async () => {
  x = await startX({ ads: 25, accounts: 3, jobSeconds: 10 });
  accounts = await x.accountIds();
  account = accounts[0] ?? '';
  ads = await x.ids(account, 'promoted_tweets');
});
afterAll(() => x.running.close());

let offset = 0;
const advance = async (seconds: number): Promise<void> => {
  await x.control('PUT', 'clock', { wire_advance_seconds: seconds });
  offset += seconds;
};
/** Calls whose signatures have the advanced wire time. */
const call = (method: string, path: string, parameters: Parameters = {}): Promise<Reply> =>
  x.call(method, path, parameters, { timestamp: Math.floor(Date.now() / 1000) + offset });

const base = (): Parameters => ({
  entity: 'PROMOTED_TWEET',
  entity_ids: ads.slice(0, 2).join(','),
  start_time: '2026-05-01T07:00:00Z',
  end_time: '2026-07-30T07:00:00Z',
  granularity: 'DAY',
  placement: 'ALL_ON_TWITTER',
  metric_groups: 'ENGAGEMENT,BILLING',
});
const create = (parameters: Parameters = {}, of = account): Promise<Reply> =>
  call('POST', `/12/stats/jobs/accounts/${of}`, { ...base(), ...parameters });
const list = (parameters: Parameters = {}, of = account): Promise<Reply> =>
  call('GET', `/12/stats/jobs/accounts/${of}`, parameters);

const impressions = (body: unknown): number =>
  Number(/"impressions":\[(\d+)\]/.exec(JSON.stringify(body))?.[1] ?? Number.NaN);
const idsOf = ({ json }: Reply): unknown[] => json.data.map((job) => job['id_str']);

beforeEach(() => advance(61));

describe('creating', () => {
  test('§17.23: 90 days and an hour unsegmented, 45 and an hour segmented', async () => {
    const hours = { granularity: 'HOUR', segmentation_type: 'AGE' };
    expect((await create({ granularity: 'HOUR', end_time: '2026-07-30T08:00:00Z' })).status).toBe(200);
    const long = await create({ end_time: '2026-07-31T07:00:00Z' });
    expect([long.status, codeOf(long), messageOf(long)]).toEqual([
      400,
      'INVALID_TIME_WINDOW',
      'The end_time can be a maximum of 90.days+1.hours after the start_time',
    ]);
    expect((await create({ ...hours, end_time: '2026-06-15T08:00:00Z' })).status).toBe(200);
    expect(codeOf(await create({ ...hours, end_time: '2026-06-15T09:00:00Z' }))).toBe('INVALID_TIME_WINDOW');
  });

  test('§17.33: five segmentations, each with its condition', async () => {
    const short = { end_time: '2026-05-08T07:00:00Z' };
    const segmented = (segmentation_type: string, more: Parameters = {}): Promise<Reply> =>
      create({ ...short, segmentation_type, ...more });
    for (const type of ['AGE', 'GENDER', 'PLATFORMS']) expect((await segmented(type)).status).toBe(200);
    expect(codeOf(await segmented('INTERESTS'))).toBe('INVALID_PARAMETER');
    expect(codeOf(await segmented('METROS'))).toBe('INVALID_PARAMETER');
    expect((await segmented('METROS', { country: '96683cc9126741d1' })).status).toBe(200);
    expect(codeOf(await segmented('CONVERSION_TAGS'))).toBe('INVALID_PARAMETER');
    expect((await segmented('CONVERSION_TAGS', { metric_groups: 'WEB_CONVERSION' })).status).toBe(200);
  });

  test('parameters may be in a form body', async () => {
    const url = `${x.url}/12/stats/jobs/accounts/${account}`;
    const form = Object.fromEntries(Object.entries(base()).map(([name, value]) => [name, String(value)]));
    const timestamp = Math.floor(Date.now() / 1000) + offset;
    const header = authorization('POST', url, { consumer: x.consumer, token: x.token, form, timestamp });
    const headers = { authorization: header, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await fetch(url, { method: 'POST', headers, body: query(form) })).status).toBe(200);
  });

  test('§17.37: the 101st job in processing is refused, and the headers count down', async () => {
    const other = accounts[1] ?? '';
    const bounds = { start_time: '2026-08-01', end_time: '2026-08-02' };
    const first = await create(bounds, other);
    expect(first.headers.get('x-concurrent-job-limit')).toBe('100');
    expect(first.headers.get('x-concurrent-job-limit-remaining')).toBe('99');
    const replies = await Promise.all(Array.from({ length: 100 }, () => create(bounds, other)));
    const refused = replies.filter(({ status }) => status === 400);
    expect(refused.map((reply) => [codeOf(reply), messageOf(reply)])).toEqual([
      ['TOO_MANY_JOBS', 'A maximum of 100 jobs can be in processing state'],
    ]);
    expect((await list({}, other)).headers.get('x-concurrent-job-limit-remaining')).toBe('0');
    await advance(11);
    expect((await list({}, other)).headers.get('x-concurrent-job-limit-remaining')).toBe('100');
    expect((await create(bounds, other)).status).toBe(200);
  });

  test('§17.38: ids are snowflakes of the creation, as int64 and as text', async () => {
    const reply = await create();
    const { id_str, created_at } = jobOf(reply);
    expect(reply.text).toContain(`"id":${id_str},`);
    expect(BigInt(id_str) > 2n ** 53n).toBe(true);
    const milliseconds = Number((BigInt(id_str) >> 22n) + 1_288_834_974_657n);
    expect(new Date(milliseconds).toISOString().slice(0, 19)).toBe(created_at.slice(0, 19));
  });
});

describe('ending', () => {
  test('§17.39: PROCESSING becomes SUCCESS after the job time; a job in processing can be cancelled', async () => {
    const created = jobOf(await create());
    expect(created).toMatchObject({ status: 'PROCESSING', url: null, expires_at: null });
    const cancelled = jobOf(await create());
    const reply = await call('DELETE', `/12/stats/jobs/accounts/${account}/${cancelled.id_str}`);
    expect(jobOf(reply).status).toBe('CANCELLED');
    await advance(9);
    const ids = { job_ids: `${created.id_str},${cancelled.id_str}` };
    expect((await list(ids)).json.data.map((job) => job['status'])).toEqual(['CANCELLED', 'PROCESSING']);
    await advance(2);
    expect((await list(ids)).json.data.map((job) => job['status'])).toEqual(['CANCELLED', 'SUCCESS']);
  });

  test('§17.39: random failures are off unless asked for', async () => {
    const other = await startX({ ads: 3, accounts: 1, randomJobFailures: 0.5 });
    const id = await other.firstAccount();
    const parameters = { ...base(), entity_ids: (await other.ids(id, 'promoted_tweets'))[0] ?? '' };
    for (let count = 0; count < 30; count += 1) await other.createJob(id, parameters);
    const states = (await other.jobs(id)).map(({ status }) => status);
    expect(new Set(states)).toEqual(new Set(['FAILED', 'SUCCESS']));
    await other.running.close();
  });

  test('§17.40: the file lives 48 hours of data time after the end', async () => {
    await x.control('PUT', 'clock', { now: '2026-08-24T10:20:00Z' });
    const { id_str } = jobOf(await create());
    await advance(11);
    const [job] = (await list({ job_ids: id_str })).json.data;
    expect(job?.['expires_at']).toBe('2026-08-26T10:20:00Z');
    const url = String(job?.['url']);
    await x.control('PUT', 'clock', { now: '2026-08-26T10:19:00Z' });
    expect((await fetch(url)).status).toBe(200);
    await x.control('PUT', 'clock', { now: '2026-08-26T10:21:00Z' });
    expect((await fetch(url)).status).toBe(404);
    await x.control('PUT', 'clock', { now: '2026-08-24T10:20:00Z' });
  });

  test('§17.41: the file is gzip JSON on the same host, needs no signature, and answers as the sync endpoint', async () => {
    const week = { start_time: '2026-08-03T07:00:00Z', end_time: '2026-08-10T07:00:00Z' };
    const { id_str } = jobOf(await create(week));
    await advance(11);
    const url = String((await list({ job_ids: id_str })).json.data[0]?.['url']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/advertiser-api-async-analytics\/[\w-]+\.json\.gz$/);
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(response.headers.get('content-encoding')).toBeNull();
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    const sync = await call('GET', `/12/stats/accounts/${account}`, { ...base(), ...week });
    expect(text).toBe(sync.text);
  });

  test('§17.41: the option lets the file be missing for the first seconds', async () => {
    const other = await startX({ ads: 3, accounts: 1, fileDelaySeconds: 5 });
    const id = await other.firstAccount();
    await other.createJob(id, { ...base(), entity_ids: (await other.ids(id, 'promoted_tweets'))[0] ?? '' });
    const url = (await other.jobs(id))[0]?.url ?? '';
    expect((await fetch(url)).status).toBe(404);
    await other.control('PUT', 'clock', { wire_advance_seconds: 6 });
    expect((await fetch(url)).status).toBe(200);
    await other.running.close();
  });

  test('a job has the numbers of the moment it succeeded, however late it is read', async () => {
    const today = { start_time: '2026-08-24', end_time: '2026-08-25', metric_groups: 'ENGAGEMENT' };
    const { id_str } = jobOf(await create(today));
    await advance(11);
    await x.control('PUT', 'clock', { advance_seconds: 36_000 });
    const url = String((await list({ job_ids: id_str })).json.data[0]?.['url']);
    const early = await download(url);
    const late = await call('GET', `/12/stats/accounts/${account}`, { ...base(), ...today });
    expect(impressions(late.json)).toBeGreaterThan(impressions(early));
  });
});

test('§17.42: jobs are listed newest first; the cursor is a job id, and inclusive; at most 200 job_ids', async () => {
  const third = accounts[2] ?? '';
  const bounds = { start_time: '2026-08-01', end_time: '2026-08-02' };
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift(jobOf(await create(bounds, third)).id_str);
  const first = await list({ count: 2 }, third);
  expect([idsOf(first), first.json.next_cursor]).toEqual([ids.slice(0, 2), ids[2]]);
  const second = await list({ count: 2, cursor: ids[2] ?? '' }, third);
  expect([idsOf(second), second.json.next_cursor]).toEqual([ids.slice(2, 4), ids[4]]);
  expect((await list({ count: 2, cursor: ids[4] ?? '' }, third)).json.next_cursor).toBeNull();
  expect(idsOf(await list({ job_ids: `${ids[1] ?? ''},${ids[3] ?? ''}` }, third))).toEqual([ids[1], ids[3]]);
  const many = Array.from({ length: 201 }, (_, index) => String(index)).join(',');
  expect(codeOf(await list({ job_ids: many }, third))).toBe('INVALID_PARAMETER');
  expect(codeOf(await list({ count: 1_001 }, third))).toBe('INVALID_PARAMETER');
});
