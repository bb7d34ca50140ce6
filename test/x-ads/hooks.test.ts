import { expect, test } from 'vitest';
import type { Call, Observation } from '../../x-ads/call.js';
import { RateLimited } from '../../x-ads/errors/index.js';
import { caught, connect, credentials, sendJson, startServer } from './support/server.js';

const oneAccount = { data: { id: 'a1', timezone: 'Europe/Prague' } };

test('before each call the gate is awaited, after it the headers are handed out', async () => {
  const calls: Call[] = [];
  const observations: Observation[] = [];
  await using server = await startServer((request, response) => {
    const limits = {
      date: 'Tue, 01 Dec 2026 08:09:10 GMT',
      'x-account-rate-limit-limit': '10000',
      'x-account-rate-limit-remaining': '9999',
      'x-account-rate-limit-reset': String(Date.parse('2026-12-01T08:19:10Z') / 1000),
      'x-concurrent-job-limit-remaining': '98',
      'x-transaction': 'abc',
    };
    if (request.url?.startsWith('/12/accounts?') === true) return sendJson(response, {}, 503, { 'retry-after': '5' });
    return sendJson(response, { data: [], next_cursor: null }, 200, limits);
  });
  await using client = connect(server, {
    hooks: {
      beforeCall: async (call) => {
        calls.push(call);
      },
      afterResponse: async (_, observation) => {
        observations.push(observation);
      },
    },
  });
  await client.user.campaigns.list('a1').next();
  await caught(client.user.accounts.list().next());
  expect(calls).toEqual([
    {
      family: 'campaigns',
      scope: 'account',
      scopeKey: 'a1',
      userId: '42',
      accountId: 'a1',
      method: 'GET',
      path: '/12/accounts/a1/campaigns',
      documented: { documentedLimit: 10_000, windowSeconds: 900 },
    },
    {
      family: 'accounts',
      scope: 'user',
      scopeKey: '42',
      userId: '42',
      method: 'GET',
      path: '/12/accounts',
      documented: { documentedLimit: 2000, windowSeconds: 900 },
    },
  ]);
  expect(observations).toEqual([
    {
      status: 200,
      readings: [{ scope: 'account', limit: 10_000, remaining: 9999, resetInMs: 600_000, ageMs: expect.any(Number) }],
      jobSlots: { limit: undefined, remaining: 98 },
      observedAt: '2026-12-01T08:09:10Z',
      requestId: 'abc',
    },
    { status: 503, readings: [], retryAfterMs: 5000, observedAt: expect.any(String) },
  ]);
});

test('a closed gate keeps the call from being sent, and its reason reaches the caller', async () => {
  const closed = new Error('wait until noon');
  await using server = await startServer((_, response) => sendJson(response, oneAccount));
  await using client = connect(server);
  const gated = client.xAds.forUser(credentials, { hooks: { beforeCall: () => Promise.reject(closed) } });
  expect(await caught(gated.accounts.get('a1'))).toBe(closed);
  expect(server.seen).toHaveLength(0);
  expect((await client.user.accounts.get('a1')).data.id).toBe('a1');
});

test('a refusal for its rate reaches the hook before the caller, whatever the hook does, and no other refusal does', async () => {
  await using server = await startServer((request, response) => {
    const code = request.url?.includes('a1') === true ? 'TOO_MANY_REQUESTS' : 'TOO_MANY_JOBS';
    sendJson(response, { errors: [{ code, message: 'no' }] }, 429);
  });
  const limits: unknown[] = [];
  const onRateLimited = async ({ family, scopeKey }: Call, { waitMs }: RateLimited) => {
    limits.push([family, scopeKey, waitMs]);
    throw new Error('database down');
  };
  await using client = connect(server, { hooks: { onRateLimited } });
  const limited = await caught(client.user.accounts.get('a1'));
  expect(limited).toBeInstanceOf(RateLimited);
  expect(limits).toEqual([['account', 'a1', limited instanceof RateLimited && limited.waitMs]]);
  expect(await caught(client.user.accounts.get('b2'))).toMatchObject({ name: 'TooManyJobs' });
  expect(limits).toHaveLength(1);
});

test('an answer is not lost when the hook for its headers fails', async () => {
  await using server = await startServer((_, response) => sendJson(response, oneAccount));
  await using client = connect(server, { hooks: { afterResponse: () => Promise.reject(new Error('database down')) } });
  expect((await client.user.accounts.get('a1')).data.id).toBe('a1');
});
