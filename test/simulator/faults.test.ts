import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { codeOf, download, jobOf, startX, type JobBody, type Parameters, type Reply, type X } from './support/x.js';

let x: X;
let account: string;
let ads: readonly string[];
beforeAll(async () => {
  x = await startX({ ads: 25, accounts: 1 });
  account = await x.firstAccount();
  ads = await x.ids(account, 'promoted_tweets');
});
afterAll(() => x.running.close());

const faults = async (...list: readonly Record<string, unknown>[]): Promise<void> => {
  const reply = await x.control('PUT', 'faults', list);
  expect(reply.status).toBe(200);
};
beforeEach(() => faults());

const parameters = (more: Parameters = {}): Parameters => ({
  entity: 'PROMOTED_TWEET',
  entity_ids: ads.slice(0, 4).join(','),
  start_time: '2026-08-03',
  end_time: '2026-08-10',
  granularity: 'DAY',
  placement: 'ALL_ON_TWITTER',
  metric_groups: 'BILLING',
  ...more,
});
const create = async (more: Parameters = {}): Promise<JobBody> => jobOf(await x.createJob(account, parameters(more)));
const look = async (job: JobBody): Promise<JobBody | undefined> => (await x.jobs(account, { job_ids: job.id_str }))[0];
const accounts = (): Promise<Reply> => x.get('/12/accounts');
/** Advances wire time. The total must stay below the 300 seconds that timestamps of signatures may be off. */
const pass = (seconds: number): Promise<unknown> => x.control('PUT', 'clock', { wire_advance_seconds: seconds });
const url = async (): Promise<string> => (await look(await create()))?.url ?? '';

describe('faults of calls', () => {
  test('status_503 with and without retry-after', async () => {
    await faults({ kind: 'status_503', times: 1, seconds: 7 });
    const reply = await accounts();
    expect([reply.status, codeOf(reply), reply.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '7']);
    expect((await accounts()).status).toBe(200);
    await faults({ kind: 'status_503', times: 1, retry_after: false });
    expect((await accounts()).headers.get('retry-after')).toBeNull();
  });

  test('rate_limited says when it ends, and is counted', async () => {
    await faults({ kind: 'rate_limited', times: 1, seconds: 90 });
    const reply = await accounts();
    expect([reply.status, codeOf(reply)]).toEqual([429, 'TOO_MANY_REQUESTS']);
    const wait = Number(reply.headers.get('x-rate-limit-reset')) - Date.parse(reply.headers.get('date') ?? '') / 1000;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThan(92);
  });

  test('connection_reset and lost_response both leave no answer; only the second has done its work', async () => {
    const before = (await x.jobs(account)).length;
    await faults({ kind: 'connection_reset', times: 1, method: 'POST' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect((await x.jobs(account)).length).toBe(before);
    await faults({ kind: 'lost_response', times: 1, method: 'POST', path: '/stats/jobs/' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect((await x.jobs(account)).length).toBe(before + 1);
  });

  test('slow_response delays the answer', async () => {
    await faults({ kind: 'slow_response', times: 1, seconds: 0.15 });
    const begun = performance.now();
    await accounts();
    expect(performance.now() - begun).toBeGreaterThan(140);
  });

  test('malformed_json breaks off a successful answer', async () => {
    await faults({ kind: 'malformed_json', times: 1 });
    const reply = await accounts();
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text) as unknown).toThrow(/JSON/);
  });

  test('token_revoked revokes the token of the caller, who can get another', async () => {
    const other = await x.as('campaign_analyst');
    await faults({ kind: 'token_revoked', times: 1, screen_name: 'campaign_analyst' });
    expect((await accounts()).status).toBe(200);
    expect(codeOf(await other.get('/12/accounts'))).toBe(89);
    expect(codeOf(await other.get('/12/accounts'))).toBe(89);
    expect((await (await x.as('campaign_analyst')).get('/12/accounts')).status).toBe(200);
  });
});

describe('faults of jobs', () => {
  test('job_failed for an entity, without rate or times, strikes every job', async () => {
    await faults({ kind: 'job_failed', entity_id: ads[0] });
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await look(await create()))?.status).toBe('FAILED');
    expect((await look(await create({ entity_ids: ads[5] ?? '' })))?.status).toBe('SUCCESS');
    expect(await look(await create())).toMatchObject({ url: null, expires_at: null });
  });

  test('job_slow and job_queued delay the job', async () => {
    await faults({ kind: 'job_slow', times: 1, seconds: 20 }, { kind: 'job_queued', times: 1, seconds: 10 });
    const job = await create();
    expect(job.status).toBe('QUEUED');
    await pass(11);
    expect((await look(job))?.status).toBe('PROCESSING');
    await pass(21);
    expect((await look(job))?.status).toBe('SUCCESS');
  });

  test('job_missing hides a fresh job from the list', async () => {
    await faults({ kind: 'job_missing', times: 1, seconds: 15 });
    const job = await create();
    expect(await look(job)).toBeUndefined();
    await pass(16);
    expect((await look(job))?.status).toBe('SUCCESS');
  });

  test('url_null is SUCCESS without a URL for a while', async () => {
    await faults({ kind: 'url_null', times: 1, seconds: 15 });
    const job = await create();
    expect(await look(job)).toMatchObject({ status: 'SUCCESS', url: null });
    await pass(16);
    expect((await look(job))?.url).toContain('.json.gz');
  });

  test('glued_url has the URL twice without a separator', async () => {
    await faults({ kind: 'glued_url', times: 1 });
    const url = (await look(await create()))?.url ?? '';
    const [, half = '', again] = url.split('http');
    expect(again).toBe(half);
    expect((await fetch(`http${half}`)).status).toBe(200);
  });

  test('ids_missing leaves out the named ids, or some', async () => {
    await faults({ kind: 'ids_missing', entity_id: ads[1], times: 1 });
    const answer = await download((await look(await create()))?.url ?? '');
    expect(answer.data.map(({ id }) => id)).toEqual([ads[0], ads[2], ads[3]]);
    await faults({ kind: 'ids_missing', times: 1 });
    const other = await download((await look(await create()))?.url ?? '');
    expect(other.data.length).toBeLessThan(4);
  });
});

describe('faults of files', () => {
  test('file_not_ready answers 404 or 426 for a while', async () => {
    await faults({ kind: 'file_not_ready', times: 1, seconds: 15 });
    const address = await url();
    const states = [(await fetch(address)).status, (await fetch(address)).status, (await fetch(address)).status];
    expect(states.every((status) => status === 404 || status === 426)).toBe(true);
    expect(states).toContain(426);
    await pass(16);
    expect((await fetch(address)).status).toBe(200);
  });

  test('file_truncated breaks the file off', async () => {
    await faults({ kind: 'file_truncated', times: 1 });
    const address = await url();
    const broken = Buffer.from(await (await fetch(address)).arrayBuffer());
    expect(() => gunzipSync(broken)).toThrow('unexpected end of file');
    expect((await download(address)).data).toHaveLength(4);
  });

  test('file_expired removes the file for good', async () => {
    await faults({ kind: 'file_expired', times: 1 });
    const address = await url();
    expect((await fetch(address)).status).toBe(404);
    await faults();
    expect((await fetch(address)).status).toBe(404);
  });
});

/** Which of twenty calls a seeded fault strikes. */
const run = async (): Promise<string> => {
  await faults({ kind: 'status_503', rate: 0.4, seed: 11 });
  let states = '';
  for (let call = 0; call < 20; call += 1) states += (await accounts()).status === 503 ? 'x' : '.';
  return states;
};

describe('setting faults', () => {
  test('rate is seeded: with the same seed a fault strikes the same calls', async () => {
    const first = await run();
    expect(first).toContain('x');
    expect(first).toContain('.');
    expect(await run()).toBe(first);
  });

  test('a fault is matched by method, path, account, level and placement, also under `match`', async () => {
    await faults({ kind: 'status_503', match: { path: '/campaigns', account_id: account, method: 'get' } });
    expect((await accounts()).status).toBe(200);
    expect((await x.get(`/12/accounts/${account}/campaigns`)).status).toBe(503);
    await faults({ kind: 'job_failed', level: 'LINE_ITEM' }, { kind: 'job_failed', placement: 'TREND' });
    expect((await look(await create()))?.status).toBe('SUCCESS');
    expect((await look(await create({ placement: 'TREND' })))?.status).toBe('FAILED');
  });

  test('the faults in force are listed with their hits; mistakes are refused', async () => {
    await faults({ kind: 'status_503', times: 3 });
    await accounts();
    const listed = JSON.parse((await x.control('GET', 'faults')).text) as unknown;
    expect(listed).toEqual([{ kind: 'status_503', times: 3, left: 2, hits: 1 }]);
    expect((await x.control('PUT', 'faults', [{ kind: 'status_500' }])).status).toBe(400);
    expect((await x.control('PUT', 'faults', [{ kind: 'job_failed', entitty_id: 'a' }])).status).toBe(400);
  });
});
