import { afterAll, beforeAll, expect, test } from 'vitest';
import { Consent } from './support/consent.js';
import { codeOf, messageOf, startX, type X } from './support/x.js';

let x: X;
let account: string;
beforeAll(async () => {
  x = await startX({ ads: 5 });
  account = await x.firstAccount();
});
afterAll(() => x.running.close());

test('§17.1: versions 12 and 11 are answered, others are not available', async () => {
  expect((await x.get('/12/accounts')).status).toBe(200);
  expect((await x.get('/11/accounts')).status).toBe(200);
  for (const version of ['5', '13']) {
    const reply = await x.get(`/${version}/accounts`);
    expect([reply.status, reply.json]).toEqual([
      404,
      {
        errors: [{ code: 'INVALID', message: `Version ${version}.0 is not available.` }],
        request: { params: {} },
      },
    ]);
  }
});

test('§17.2: every answer says the current version, refusals too', async () => {
  for (const path of ['/12/accounts', '/12/accounts/nope', '/13/accounts', '/oauth/authorize', '/nowhere']) {
    expect((await x.get(path)).headers.get('x-current-api-version')).toBe('12');
  }
});

test('old clients may append .json', async () => {
  expect((await x.get(`/12/accounts/${account}/campaigns.json`, { count: 1 })).json.data).toHaveLength(1);
});

test('§17.12: an app without approval is refused with 403 UNAUTHORIZED_CLIENT_APPLICATION', async () => {
  const reply = await (await x.as('app_not_approved')).get('/12/accounts');
  expect([reply.status, codeOf(reply)]).toEqual([403, 'UNAUTHORIZED_CLIENT_APPLICATION']);
});

test('§17.13: a token older than the approval is refused, and authorising again is the cure', async () => {
  const consent = new Consent(x);
  const before = await (await x.as('old_token')).get('/12/accounts');
  expect([before.status, codeOf(before)]).toEqual([403, 'INSUFFICIENT_USER_AUTHORIZED_PERMISSION']);
  const renewed = await consent.walk('http://127.0.0.1:8788/oauth/callback', 'old_token');
  expect((await x.call('GET', '/12/accounts', {}, { token: renewed })).status).toBe(200);
});

test('§17.14: an account that is unknown, or not visible to the user, is 403 ACCOUNT_NOT_FOUND', async () => {
  const unknown = await x.get('/12/accounts/18ce5nobody');
  expect([unknown.status, codeOf(unknown), messageOf(unknown)]).toEqual([
    403,
    'ACCOUNT_NOT_FOUND',
    'Account 18ce5nobody was not found',
  ]);
  const invisible = await (await x.as('no_accounts')).get(`/12/accounts/${account}/campaigns`);
  expect([invisible.status, codeOf(invisible)]).toEqual([403, 'ACCOUNT_NOT_FOUND']);
});

test('§17.14: an option answers NOT_FOUND, as an old real answer did', async () => {
  const other = await startX({ ads: 5, unknownAccountCode: 'NOT_FOUND' });
  const reply = await other.get('/12/accounts/18ce5nobody');
  expect([reply.status, codeOf(reply)]).toEqual([403, 'NOT_FOUND']);
  await other.running.close();
});

test('each user sees their own accounts and permissions', async () => {
  expect(await x.accountIds()).toHaveLength(3);
  expect(await (await x.as('ad_manager')).accountIds()).toEqual([account]);
  expect(await (await x.as('no_accounts')).accountIds()).toEqual([]);
  const access = await x.get(`/12/accounts/${account}/authenticated_user_access`);
  expect(access.json.data).toEqual({ user_id: '2417045701', permissions: ['ACCOUNT_ADMIN', 'TWEET_COMPOSER'] });
});

test('a role that may not view campaigns is refused with 403', async () => {
  const analyst = await x.as('organic_analyst');
  const [first, second] = await analyst.accountIds();
  const refused = await analyst.get(`/12/accounts/${first ?? ''}/campaigns`);
  expect([refused.status, messageOf(refused)]).toEqual([403, 'You are not permitted to perform this action']);
  expect((await analyst.get(`/12/accounts/${second ?? ''}/campaigns`)).status).toBe(200);
});

test('the other reserved users meet their refusals', async () => {
  const expected: readonly (readonly [string, number, string])[] = [
    ['suspended', 403, 'CURRENT_USER_SUSPENDED'],
    ['locked_out', 403, 'ACCOUNT_LOCKED_OUT'],
    ['unauthorized', 401, 'UNAUTHORIZED_ACCESS'],
    ['analytics_only_app', 403, 'UNAUTHORIZED_CLIENT_APPLICATION'],
    ['action_not_allowed', 403, 'ACTION_NOT_ALLOWED'],
  ];
  for (const [name, status, code] of expected) {
    const reply = await (await x.as(name)).get(`/12/accounts/${account}/campaigns`);
    expect([reply.status, codeOf(reply)]).toEqual([status, code]);
  }
  const reader = await (await x.as('read_only_app')).createJob(account, {});
  expect(codeOf(reader)).toBe('READONLY_CLIENT_APPLICATION');
  const fickle = await x.as('revokes_access');
  let last = await fickle.get('/12/accounts');
  for (let call = 0; call < 20; call += 1) last = await fickle.get('/12/accounts');
  expect([last.status, codeOf(last)]).toEqual([401, 89]);
});

test('some reserved users get their numbers only after failures', async () => {
  const parameters = {
    entity: 'PROMOTED_TWEET',
    entity_ids: (await x.ids(account, 'promoted_tweets'))[0] ?? '',
    start_time: '2026-08-03',
    end_time: '2026-08-10',
    granularity: 'DAY',
    placement: 'ALL_ON_TWITTER',
    metric_groups: 'BILLING',
  };
  const unlucky = await x.as('failing_jobs');
  for (let count = 0; count < 20; count += 1) await unlucky.createJob(account, parameters);
  expect(new Set((await x.jobs(account)).map(({ status }) => status))).toEqual(new Set(['FAILED', 'SUCCESS']));
  const busy = await x.as('often_busy');
  const states = await Promise.all(Array.from({ length: 30 }, async () => (await busy.get('/12/accounts')).status));
  expect(new Set(states)).toEqual(new Set([200, 503]));
});

test('user_2 sees the second account and no other', async () => {
  const owner = await x.as('user_2');
  expect(await owner.accountIds()).toEqual([(await x.accountIds())[1]]);
  expect((await owner.get(`/12/accounts/${account}/campaigns`)).status).toBe(403);
});

test('an unknown route, a wrong method and a path outside the API', async () => {
  const unknown = await x.get('/12/nowhere');
  expect([unknown.status, codeOf(unknown)]).toEqual([404, 'ROUTE_NOT_FOUND']);
  const wrong = await x.call('DELETE', `/12/accounts/${account}/campaigns`);
  expect([wrong.status, codeOf(wrong)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  expect((await x.get('/somewhere')).headers.get('content-type')).toContain('text/html');
});
