import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSignedBy, parseAuthorization, parsePairs } from '../../simulator/routes/oauth/signature.js';
import { addDays } from '../../domain/calendar.js';
import { dayOf, endOfRange, startOfDay } from '../../domain/local-days.js';
import { LEVELS, type Level, metricGroups } from '../../domain/levels.js';
import type { ExactNumber } from '../../domain/money.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import type { UserApi } from '../../x-ads/client.js';
import { parseStatsFile, type Stats } from '../../x-ads/resources/stats.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';
import { encodeQuery, randomNonce, sign } from '../../x-ads/sign.js';
import { collect } from './support/collect.js';
import { caught } from './support/server.js';
import { CALLBACK, consent, type SimulatedX, startX } from './support/simulator.js';

test("our signatures are those of the simulator's own verifier, over random requests", () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const pair = fc.tuple(fc.stringMatching(/^[a-z][a-z_]{0,9}$/), fc.string({ unit: 'grapheme', maxLength: 20 }));
  fc.assert(
    fc.property(fc.uniqueArray(pair, { selector: ([name]) => name }), word, word, word, (query, key, secret, token) => {
      const url = 'http://127.0.0.1:4010/12/stats/accounts/a1';
      const encoded = encodeQuery(query);
      const header = sign(
        { method: 'GET', url: encoded === '' ? url : `${url}?${encoded}` },
        { consumer: { key, secret }, token: { token, tokenSecret: secret } },
        { nonce: randomNonce(), now: 1_800_000_000_000 },
      );
      const oauth = parseAuthorization(header) ?? new Map<string, string>();
      expect(isSignedBy({ method: 'GET', url, parameters: parsePairs(encoded), oauth }, secret, secret)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a person authorises, is known by name, and ends the token', async () => {
  await using x = await startX();
  const token = await x.authorize('campaign_analyst');
  expect(token).toMatchObject({ screenName: 'campaign_analyst', userId: token.token.split('-')[0] });
  const user = x.xAds.forUser(token);
  const { items: accounts } = await collect(user.accounts.list());
  expect(accounts).toHaveLength(2);
  const id = accounts[0]?.id ?? '';
  expect((await user.accounts.get(id)).data).toMatchObject({ id, timezone: expect.any(String) });
  expect((await user.accounts.authenticatedUserAccess(id)).data.permissions).toEqual(['CAMPAIGN_ANALYST']);
  await x.xAds.authorize.revoke(token);
  expect(await caught(user.accounts.get(id))).toMatchObject({ name: 'CredentialsRejected', code: '89' });
  expect(await caught(x.xAds.authorize.revoke(token))).toMatchObject({ name: 'CredentialsRejected' });
});

test('a callback works once; an unknown callback address, and keys that are not ours, have errors of their own', async () => {
  await using x = await startX();
  const { authorize } = x.xAds;
  const request = await authorize.requestToken({ callbackUrl: CALLBACK });
  const early = { ...request, verifier: 'not yet' };
  expect(await caught(authorize.accessToken(early))).toMatchObject({ name: 'VerifierRejected' });
  const back = await consent(authorizeUrl(new URL(x.url), request.requestToken), 'all_accounts');
  expect(back.searchParams.get('oauth_token')).toBe(request.requestToken);
  const verifier = back.searchParams.get('oauth_verifier') ?? '';
  expect((await authorize.accessToken({ ...request, verifier })).screenName).toBe('all_accounts');
  expect(await caught(authorize.accessToken({ ...request, verifier }))).toMatchObject({ name: 'VerifierRejected' });
  expect(await caught(authorize.requestToken({ callbackUrl: 'http://elsewhere.example/' }))).toMatchObject({
    name: 'CallbackNotApproved',
  });
});

describe('each refusal that a person can provoke by hand has its error', () => {
  test.each([
    ['app_not_approved', 'AppNotApproved'],
    ['old_token', 'TokenTooOld'],
    ['suspended', 'AccountLocked'],
    ['locked_out', 'AccountLocked'],
    ['unauthorized', 'CredentialsRejected'],
  ])('@%s meets %s', async (screenName, name) => {
    await using x = await startX({ accounts: 1, ads: 5 });
    const user = await x.asUser(screenName);
    expect(await caught(user.accounts.list().next())).toMatchObject({ name, nextStep: expect.any(String) });
  });

  test('an account that the user does not see is not visible, a role too weak is forbidden', async () => {
    await using x = await startX();
    const all = await collect((await x.asUser('all_accounts')).accounts.list());
    const [first = '', second = ''] = all.items.map(({ id }) => id);
    const manager = await x.asUser('ad_manager');
    expect(await caught(manager.campaigns.list(second).next())).toMatchObject({ name: 'AccountNotVisible' });
    const organic = await x.asUser('organic_analyst');
    expect(await caught(organic.campaigns.list(first).next())).toMatchObject({ name: 'Forbidden' });
  });
});

test('every entity, tweet and card of a messy account is read', async () => {
  await using x = await startX({ profile: 'messy', accounts: 1, ads: 60 });
  const user = await x.asUser('all_accounts');
  const [account] = JSON.parse(await x.control('GET', 'accounts'));
  const small = { count: 7 };
  const [instruments, campaigns, lineItems, ads, promoted] = await Promise.all([
    collect(user.fundingInstruments.list(account.id, small)),
    collect(user.campaigns.list(account.id, small)),
    collect(user.lineItems.list(account.id, small)),
    collect(user.promotedTweets.list(account.id, small)),
    collect(user.promotedAccounts.list(account.id, small)),
  ]);
  expect({
    funding_instruments: instruments.items.length,
    campaigns: campaigns.items.length,
    line_items: lineItems.items.length,
    promoted_tweets: ads.items.length,
    promoted_accounts: promoted.items.length,
  }).toEqual({
    funding_instruments: account.entities.funding_instruments,
    // All but one draft each, which has neither ads nor numbers.
    campaigns: account.entities.campaigns - 1,
    line_items: account.entities.line_items - 1,
    promoted_tweets: account.entities.promoted_tweets,
    promoted_accounts: account.entities.promoted_accounts,
  });
  const tweets = await collect(
    user.tweets.byIds(
      account.id,
      ads.items.map((ad) => ad.tweet_id),
    ),
  );
  expect(tweets.items.length).toBeGreaterThan(0);
  const uris = tweets.items.flatMap(({ card_uri: uri }) => (typeof uri === 'string' ? [uri] : []));
  const cards = await collect(user.cards.byUris(account.id, uris));
  expect(new Set(cards.items.map((card) => card.card_uri))).toEqual(new Set(uris));
});

/** Polls until the job ends. */
const finished = async (user: UserApi, accountId: string, jobId: string): Promise<StatsJob> => {
  for (;;) {
    const { data } = await user.statsJobs.listByIds(accountId, [jobId]);
    const [job] = data;
    if (job?.status === 'SUCCESS' && typeof job.url === 'string') return job;
    if (job?.status === 'FAILED') throw new Error('the job failed');
  }
};

interface Imported {
  readonly stats: Stats;
  readonly truth: ReadonlyMap<string, number>;
}

/** One job from the active entities to the numbers, and the simulator's truth: `id day metric` → number. */
const importOne = async (x: SimulatedX, user: UserApi, level: Level): Promise<Imported> => {
  const { items } = await collect(user.accounts.list());
  const account = items[0];
  if (account === undefined) throw new Error('no account');
  const zone = account.timezone;
  const now = (await user.accounts.get(account.id)).observedAt;
  const to = addDays(dayOf(now, zone), -1);
  const range = { from: addDays(to, -29), to };
  const [startTime, endTime] = [startOfDay(range.from, zone), endOfRange(range, zone)];
  const active = await user.activeEntities.get(account.id, { entity: level, startTime, endTime });
  const ids = [...new Set(active.data.map((record) => record.entity_id))].slice(0, 20);
  const { data: created } = await user.statsJobs.create(account.id, {
    entity: level,
    entityIds: ids,
    startTime,
    endTime,
    placement: 'ALL_ON_TWITTER',
    metricGroups: metricGroups(level, 'standard'),
  });
  const job = await finished(user, account.id, created.id_str);
  const file = await x.xAds.download(job.url ?? '');
  const stats = parseStatsFile(file.bytes);
  expect(stats.timeSeriesLength).toBe(30);
  expect(stats.entities.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  const lines = await x.control(
    'GET',
    `truth/${account.id}?level=${level}&placement=ALL_ON_TWITTER&from=${range.from}&to=${range.to}`,
  );
  const truth = new Map<string, number>();
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const { id, day, metrics } = JSON.parse(line);
    if (!ids.includes(id)) continue;
    for (const [name, value] of Object.entries(metrics)) {
      if (value !== 0 && typeof value === 'number') truth.set(`${id} ${day} ${name}`, value);
    }
  }
  const read = new Map<string, ExactNumber>();
  for (const { id, metrics } of stats.entities) {
    for (const [name, series] of Object.entries(metrics)) {
      series?.forEach((value, i) => {
        if (value !== 0) read.set(`${id} ${addDays(range.from, i)} ${name}`, value);
      });
    }
  }
  expect(read).toEqual(truth);
  return { stats, truth };
};

describe('a job, from what is active to the numbers', () => {
  test.each(LEVELS.filter((level) => level !== 'PROMOTED_ACCOUNT'))('gives the truth of %s', async (level) => {
    await using x = await startX();
    await x.control('PUT', 'clock', { frozen: true });
    const { truth } = await importOne(x, await x.asUser('campaign_analyst'), level);
    expect(truth.size).toBeGreaterThan(0);
  });

  test('gives it from a glued address too', async () => {
    await using x = await startX();
    await x.control('PUT', 'clock', { frozen: true });
    await x.control('PUT', 'faults', [{ kind: 'glued_url' }]);
    const { truth } = await importOne(x, await x.asUser('all_accounts'), 'LINE_ITEM');
    expect(truth.size).toBeGreaterThan(0);
  });
});

test('each fault on the way has its error', async () => {
  await using x = await startX({ accounts: 1, ads: 5 });
  const user = await x.asUser('all_accounts');
  const meet = async (kind: string, extra: object = {}): Promise<unknown> => {
    await x.control('PUT', 'faults', [{ kind, times: 1, ...extra }]);
    return caught(user.accounts.list().next());
  };
  expect(await meet('status_503', { seconds: 3 })).toMatchObject({ name: 'Unavailable', retryAfterMs: 3000 });
  expect(await meet('status_503', { retry_after: false })).toMatchObject({ retryAfterMs: undefined });
  const limited = await meet('rate_limited', { seconds: 300 });
  expect(limited).toMatchObject({ name: 'RateLimited', scope: 'user' });
  expect((limited as { waitMs: number }).waitMs).toBeGreaterThan(200_000);
  expect(await meet('malformed_json')).toMatchObject({ name: 'MalformedResponse' });
  expect(await meet('connection_reset')).toMatchObject({ name: 'ConnectionFailed', mayHaveBeenDone: true });
  expect(await meet('lost_response')).toMatchObject({ name: 'ConnectionFailed', mayHaveBeenDone: true });
  expect(await meet('token_revoked')).toMatchObject({ name: 'CredentialsRejected' });
});

test('the slots show a hundred jobs in processing, the next one is refused by name; cancelling frees a slot', async () => {
  await using x = await startX({ accounts: 1, ads: 5, jobSeconds: 600 });
  const slots: (number | undefined)[] = [];
  const hooks = {
    afterResponse: (_: unknown, { jobSlots }: { readonly jobSlots?: { readonly remaining: number } }): void => {
      slots.push(jobSlots?.remaining);
    },
  };
  const user = x.xAds.forUser(await x.authorize('all_accounts'), { hooks });
  const { items } = await collect(user.accounts.list());
  const account = items[0] ?? { id: '', timezone: 'UTC' };
  const { items: lineItems } = await collect(user.lineItems.list(account.id));
  const create = (): Promise<unknown> =>
    user.statsJobs.create(account.id, {
      entity: 'LINE_ITEM',
      entityIds: [lineItems[0]?.id ?? ''],
      startTime: startOfDay(addDays(dayOf(new Date().toISOString(), account.timezone), -3), account.timezone),
      endTime: startOfDay(addDays(dayOf(new Date().toISOString(), account.timezone), -1), account.timezone),
      placement: 'SPOTLIGHT',
      metricGroups: ['ENGAGEMENT'],
    });
  await Promise.all(Array.from({ length: 100 }, create));
  expect(Math.min(...slots.filter((slot) => slot !== undefined))).toBe(0);
  expect(await caught(create())).toMatchObject({ name: 'TooManyJobs', status: 400 });
  const { items: jobs } = await collect(user.statsJobs.listRecent(account.id, { count: 30 }));
  expect(new Set(jobs.map((job) => job.id_str)).size).toBe(100);
  const { data: cancelled } = await user.statsJobs.cancel(account.id, jobs[0]?.id_str ?? '');
  expect(cancelled.status).toBe('CANCELLED');
  await create();
});
