import { afterEach, describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../simulator/options.js';
import { LIMITS, RateLimits } from '../../simulator/state/rate-limits.js';
import { codeOf, startX, type Parameters, type Reply, type X } from './support/x.js';

let x: X | undefined;
const start = async (options: Partial<SimulatorOptions> = {}): Promise<X> => {
  x = await startX({ ads: 2, days: 10, accounts: 2, ...options });
  return x;
};
afterEach(async () => x?.running.close());

const repeat = async (times: number, call: () => Promise<Reply>): Promise<Reply> => {
  const replies = await Promise.all(Array.from({ length: times }, call));
  const last = replies.at(-1);
  if (last === undefined) throw new Error('nothing was called');
  return last;
};

const stats = (id: string): Parameters => ({
  entity: 'PROMOTED_TWEET',
  entity_ids: id,
  start_time: '2026-08-10',
  end_time: '2026-08-11',
  granularity: 'DAY',
  placement: 'ALL_ON_TWITTER',
  metric_groups: 'BILLING',
});

describe('calls in a window', () => {
  test('§17.43: 250 sync calls in 15 minutes per user, in a window from the first call', async () => {
    const one = await start();
    const [first = '', second = ''] = await one.accountIds();
    const [id = ''] = await one.ids(first, 'promoted_tweets');
    const [other = ''] = await one.ids(second, 'promoted_tweets');
    const reply = await one.get(`/12/stats/accounts/${first}`, stats(id));
    expect(reply.headers.get('x-rate-limit-limit')).toBe('250');
    expect(reply.headers.get('x-rate-limit-remaining')).toBe('249');
    const reset = Number(reply.headers.get('x-rate-limit-reset'));
    const before = Date.parse(reply.headers.get('date') ?? '') / 1000;
    expect(reset).toBeGreaterThanOrEqual(before + 900);
    expect(reset).toBeLessThanOrEqual(before + 910);
    await repeat(249, () => one.get(`/12/stats/accounts/${second}`, stats(other)));
    const refused = await one.get(`/12/stats/accounts/${first}`, stats(id));
    expect([refused.status, codeOf(refused)]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
    // Data time stands still here, and the window ends in wire time all the same.
    expect(Number(refused.headers.get('x-rate-limit-reset'))).toBeLessThanOrEqual(reset);
    const colleague = await one.as('campaign_analyst');
    expect((await colleague.get(`/12/stats/accounts/${first}`, stats(id))).status).toBe(200);
    await one.control('PUT', 'clock', { wire_advance_seconds: 901 });
    const timestamp = Math.floor(Date.now() / 1000) + 901;
    const later = await one.call('GET', `/12/stats/accounts/${first}`, stats(id), { timestamp });
    expect([later.status, later.headers.get('x-rate-limit-remaining')]).toEqual([200, '249']);
  });

  test('§17.44: campaigns, line items and promoted tweets 10,000 per account, each on its own', async () => {
    const one = await start();
    const [first = '', second = ''] = await one.accountIds();
    for (const collection of ['campaigns', 'line_items', 'promoted_tweets']) {
      const reply = await one.get(`/12/accounts/${first}/${collection}`);
      expect(reply.headers.get('x-account-rate-limit-limit')).toBe('10000');
      expect(reply.headers.get('x-account-rate-limit-remaining')).toBe('9999');
    }
    const other = await one.get(`/12/accounts/${second}/campaigns`);
    expect(other.headers.get('x-account-rate-limit-remaining')).toBe('9999');
  });

  test('§17.44: the ten-thousand-and-first call in the window is refused', () => {
    const limits = new RateLimits();
    for (let call = 0; call < 10_000; call += 1)
      expect(limits.take(LIMITS.core, 'a', 1_000 + call).exceeded).toBe(false);
    expect(limits.take(LIMITS.core, 'a', 50_000)).toMatchObject({ exceeded: true, remaining: 0, endsIn: 851_000 });
    expect(limits.take(LIMITS.core, 'a', 901_000).exceeded).toBe(false);
  });

  test('§17.45: other reads of an account 2,000 times in 15 minutes', async () => {
    const one = await start();
    const first = await one.firstAccount();
    for (const path of ['funding_instruments', 'promoted_accounts', 'cards', 'authenticated_user_access']) {
      const reply = await one.get(`/12/accounts/${first}/${path}`);
      expect(reply.headers.get('x-account-rate-limit-limit')).toBe('2000');
      expect(reply.headers.get('x-account-rate-limit-remaining')).toBe('1999');
    }
  });

  test('§17.45: the two-thousand-and-first call in the window is refused', () => {
    const limits = new RateLimits();
    for (let call = 0; call < 2_000; call += 1) limits.take(LIMITS.reads, 'a', 1_000);
    expect(limits.take(LIMITS.reads, 'a', 1_000)).toMatchObject({ limit: 2_000, remaining: 0, exceeded: true });
    expect(limits.take(LIMITS.reads, 'b', 1_000).exceeded).toBe(false);
  });

  test('§17.46: GET accounts 2,000 times per user; 5 with the strict switch', async () => {
    const one = await start({ strictAccountsLimit: true });
    const replies = await repeat(5, () => one.get('/12/accounts'));
    expect([replies.status, replies.headers.get('x-rate-limit-limit')]).toEqual([200, '5']);
    expect((await one.get('/12/accounts')).status).toBe(429);
    await one.running.close();
    const lenient = await (await start()).get('/12/accounts');
    expect(lenient.headers.get('x-rate-limit-limit')).toBe('2000');
  });

  test('§17.47: 450 writes a minute per user, cancelling among them', async () => {
    const one = await start();
    const first = await one.firstAccount();
    const [id = ''] = await one.ids(first, 'promoted_tweets');
    expect((await one.createJob(first, stats(id))).headers.get('x-rate-limit-limit')).toBe('450');
    await repeat(448, () => one.createJob(first, stats(id)));
    const [job] = await one.jobs(first);
    const path = `/12/stats/jobs/accounts/${first}/${job?.id_str ?? ''}`;
    expect((await one.call('DELETE', path)).headers.get('x-rate-limit-remaining')).toBe('0');
    expect((await one.createJob(first, stats(id))).status).toBe(429);
    const report = (await one.control('GET', 'requests')).text;
    expect(JSON.parse(report)).toMatchObject({ jobs_created: 449, limits_hit: { writes: 1 } });
  });

  test('§17.48: with_total_count 200 times in 15 minutes', async () => {
    const one = await start();
    const first = await one.firstAccount();
    const count = (): Promise<Reply> => one.get(`/12/accounts/${first}/campaigns`, { with_total_count: true });
    expect((await repeat(200, count)).status).toBe(200);
    expect((await count()).status).toBe(429);
    expect((await one.get(`/12/accounts/${first}/campaigns`)).status).toBe(200);
  });

  test('§17.49: random 503s are off unless asked for, and nine in ten say when to come back', async () => {
    const one = await start({ random503: 0.5 });
    const all = await Promise.all(Array.from({ length: 400 }, () => one.get('/12/accounts')));
    const busy = all.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(120);
    expect(busy.length).toBeLessThan(280);
    expect(codeOf(busy[0] ?? all[0] ?? (await one.get('/12/accounts')))).toBe('SERVICE_UNAVAILABLE');
    const withRetryAfter = busy.filter(({ headers }) => headers.has('retry-after')).length / busy.length;
    expect(withRetryAfter).toBeGreaterThan(0.8);
    expect(withRetryAfter).toBeLessThan(1);
  });
});
