import { afterEach, expect, test } from 'vitest';
import { jobOf, startX, type X } from './support/x.js';

let x: X | undefined;
afterEach(async () => x?.running.close());

const week = { start_time: '2026-08-03', end_time: '2026-08-10', granularity: 'DAY', placement: 'ALL_ON_TWITTER' };

test('accounts has zones, currencies, entity counts and the users who may see them', async () => {
  x = await startX({ accounts: 9, ads: 20, profile: 'messy' });
  const accounts = JSON.parse((await x.control('GET', 'accounts')).text) as {
    timezone: string;
    currencies: string[];
    entities: Record<string, number>;
    users: { screen_name: string }[];
  }[];
  expect(accounts.map(({ timezone }) => timezone)).toEqual([
    'America/Los_Angeles',
    'America/New_York',
    'Europe/London',
    'Asia/Tokyo',
    'Asia/Kolkata',
    'Australia/Sydney',
    'America/Sao_Paulo',
    'UTC',
    'America/Los_Angeles',
  ]);
  expect(accounts[3]).toMatchObject({ currencies: ['JPY', 'USD'], entities: { promoted_tweets: 20 } });
  expect(accounts[1]?.users.map(({ screen_name }) => screen_name)).toContain('organic_analyst');
  expect(accounts[1]?.users.map(({ screen_name }) => screen_name)).not.toContain('ad_manager');
});

test('data time advances by itself, by steps, faster or not at all, and the date header has it', async () => {
  x = await startX({ ads: 2, accounts: 1 });
  const clock = async (body: unknown): Promise<number> => {
    const { text } = (await x?.control('PUT', 'clock', body)) ?? { text: '{}' };
    return Date.parse((JSON.parse(text) as { now: string }).now);
  };
  const start = await clock({ now: '2026-08-24T12:00:00Z', frozen: true });
  expect(new Date(start).toISOString()).toBe('2026-08-24T12:00:00.000Z');
  expect(await clock({ advance_seconds: 3_600 })).toBe(start + 3_600_000);
  expect((await x.get('/12/accounts')).headers.get('date')).toBe('Mon, 24 Aug 2026 13:00:00 GMT');
  expect(await clock({ wire_advance_seconds: 100 })).toBe(start + 3_600_000);
  await clock({ frozen: false, rate: 1_000 });
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(await clock({ frozen: true })).toBeGreaterThan(start + 3_600_000 + 40_000);
});

test('requests counts calls and has the parameters and the end of every job', async () => {
  x = await startX({ ads: 20, accounts: 1, jobSeconds: 5 });
  const account = await x.firstAccount();
  const ids = (await x.ids(account, 'promoted_tweets')).slice(0, 2);
  const parameters = { ...week, entity: 'PROMOTED_TWEET', entity_ids: ids.join(','), metric_groups: 'BILLING,VIDEO' };
  await x.control('DELETE', 'requests');
  const { id_str } = jobOf(await x.createJob(account, parameters));
  await x.createJob(account, parameters);
  await x.control('PUT', 'clock', { wire_advance_seconds: 6 });
  const report = JSON.parse((await x.control('GET', 'requests')).text) as { jobs: unknown[] };
  expect(report).toMatchObject({
    total: 2,
    counts: [{ method: 'POST', route: '/:version/stats/jobs/accounts/:account_id', status: 200, count: 2 }],
    limits_hit: {},
    jobs_created: 2,
    peak_jobs_in_processing: 2,
  });
  expect(report.jobs[0]).toMatchObject({
    id: id_str,
    account_id: account,
    screen_name: 'all_accounts',
    entity: 'PROMOTED_TWEET',
    entity_ids: ids,
    start_time: '2026-08-03T07:00:00Z',
    placement: 'ALL_ON_TWITTER',
    granularity: 'DAY',
    metric_groups: ['BILLING', 'VIDEO'],
    status: 'SUCCESS',
    downloads: 0,
  });
});

test('truth is what the jobs answer, flattened, at the same moment', async () => {
  x = await startX({ ads: 20, accounts: 1, profile: 'messy' });
  const account = await x.firstAccount();
  const ids = (await x.ids(account, 'line_items')).slice(0, 4);
  const answer = await x.jobAnswer(account, {
    ...week,
    entity: 'LINE_ITEM',
    entity_ids: ids.join(','),
    metric_groups: 'ENGAGEMENT,BILLING,VIDEO,WEB_CONVERSION,MOBILE_CONVERSION,LIFE_TIME_VALUE_MOBILE_CONVERSION',
  });
  const flat = new Map<string, Record<string, number>>();
  const put = (id: string, name: string, values: unknown): void => {
    if (!Array.isArray(values)) return;
    for (const [index, value] of values.entries()) {
      if (typeof value !== 'number' || value === 0) continue;
      const key = `${id} 2026-08-${String(3 + index).padStart(2, '0')}`;
      flat.set(key, { ...flat.get(key), [name]: value });
    }
  };
  for (const { id, id_data } of answer.data) {
    const metrics = (id_data as { metrics: Record<string, unknown> }[])[0]?.metrics ?? {};
    for (const [name, value] of Object.entries(metrics)) {
      put(String(id), name, value);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const [key, values] of Object.entries(value)) put(String(id), `${name}.${key}`, values);
    }
  }
  const window = { from: '2026-08-03', to: '2026-08-09', level: 'LINE_ITEM', placement: 'ALL_ON_TWITTER' };
  const truth = (await x.truth(account, window)).filter(({ id }) => ids.includes(id));
  expect(truth.length).toBeGreaterThan(7);
  expect(new Map(truth.map(({ id, day, metrics }) => [`${id} ${day}`, metrics]))).toEqual(flat);
});

test('a token is given without the browser, and mistakes of the caller are answered with their reason', async () => {
  x = await startX({ ads: 2, accounts: 1 });
  const granted = await x.control('POST', 'tokens', { screen_name: '@Campaign_Analyst' });
  expect(JSON.parse(granted.text)).toMatchObject({ screen_name: 'campaign_analyst', user_id: '2417045703' });
  expect((await x.control('POST', 'tokens', { screen_name: 'nobody' })).status).toBe(404);
  expect((await x.control('GET', 'truth/nobody?from=2026-08-01&to=2026-08-02')).status).toBe(404);
  const account = await x.firstAccount();
  expect((await x.control('GET', `truth/${account}?from=yesterday&to=2026-08-02`)).status).toBe(400);
  expect((await x.control('PUT', 'clock', { frozen: 'yes' })).status).toBe(400);
});
