import { expect, test } from 'vitest';
import { asUser } from '../../activities/x-user.js';
import { GateClosed } from '../../activities/gate-closed.js';
import { RateLimited } from '../../x-ads/errors/index.js';
import type { UserApi } from '../../x-ads/client.js';
import { createXAds } from '../../x-ads/client.js';
import { consumer, sendJson, startServer } from '../x-ads/support/server.js';
import { openSite, rowsOf } from './site.js';

const ACCOUNT = '18ce5l33mzp';
const WINDOW_MS = 900_000;
const RESET_MS = 600_000;
/** X tells whole seconds, and calls take their time. */
const NEARLY_MS = 3_000;

const resetAt = (): string => String(Math.ceil((Date.now() + RESET_MS) / 1_000));
const used = (prefix: string): Readonly<Record<string, string>> => ({
  [`${prefix}-limit`]: '2000',
  [`${prefix}-remaining`]: '0',
  [`${prefix}-reset`]: resetAt(),
});
/** The window ended while the refusal was on its way. */
const justOver = () => ({ ...used('x-rate-limit'), 'x-rate-limit-reset': String(Math.floor(Date.now() / 1_000)) });
const body = (code: number | string) => ({ errors: [{ code, message: 'no' }] });

const createJob = (api: UserApi): Promise<unknown> =>
  api.statsJobs.create(ACCOUNT, {
    entity: 'PROMOTED_TWEET',
    entityIds: ['a1'],
    startTime: '2026-11-20T08:00:00Z',
    endTime: '2026-11-21T08:00:00Z',
    placement: 'ALL_ON_TWITTER',
    metricGroups: ['ENGAGEMENT'],
    granularity: 'DAY',
  });

const readAccount = (api: UserApi): Promise<unknown> => api.accounts.get(ACCOUNT);

interface Refusal {
  readonly status: number;
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly code?: number | string;
}

/** An X that refuses everything alike, and what became of five calls, one after the other, each with a waiter of its own. */
const meet = async (
  { status, headers, code = 88 }: Refusal,
  call: (api: UserApi) => Promise<unknown> = readAccount,
) => {
  await using site = await openSite({ ads: 3, days: 60 });
  await site.connect();
  const [user] = await rowsOf<{ id: string }>(site.db, 'select x_user_id as id from importer.credentials');
  await using server = await startServer((_, response) => sendJson(response, body(code), status, headers?.()));
  const x = createXAds({ baseUrl: server.url, oauthUrl: server.url, consumer });
  const deps = { ...site.deps, x };
  const errors: unknown[] = [];
  for (let i = 0; i < 5; i += 1) {
    const caller = { xUserId: user?.id ?? '', class: 'daily', waiter: `run-${i}` } as const;
    errors.push(await asUser(deps, caller, call).catch((error: unknown) => error));
  }
  await x.close();
  return { sent: server.seen.length, errors };
};

test.each<[string, Refusal, number]>([
  ['the account window', { status: 429, headers: () => used('x-account-rate-limit') }, RESET_MS],
  ['the user window, of a call that an account counts', { status: 429, headers: () => used('x-rate-limit') }, RESET_MS],
  ['retry-after', { status: 429, headers: () => ({ 'retry-after': '120' }) }, 120_000],
  ['nothing', { status: 429 }, WINDOW_MS],
  [
    'an end in milliseconds',
    { status: 429, headers: () => ({ ...used('x-rate-limit'), 'x-rate-limit-reset': '1800000000000' }) },
    WINDOW_MS,
  ],
  ['a year to wait', { status: 429, headers: () => ({ 'retry-after': '31536000' }) }, 3_600_000],
  ['nothing, with the status of old', { status: 420, code: 0 }, WINDOW_MS],
  ['nothing, and another status', { status: 400, code: 'TOO_MANY_REQUESTS' }, WINDOW_MS],
])('where X tells %s, one call meets the refusal and nobody calls before it ends', async (_said, refusal, waitMs) => {
  const { sent, errors } = await meet(refusal);
  const [first, ...others] = errors;
  expect(sent).toBe(1);
  expect(first).toBeInstanceOf(RateLimited);
  if (!(first instanceof RateLimited)) return;
  expect(Math.abs(first.waitMs - waitMs)).toBeLessThan(NEARLY_MS);
  for (const other of others) {
    expect(other).toBeInstanceOf(GateClosed);
    if (other instanceof GateClosed) expect(Math.abs(other.waitMs - first.waitMs)).toBeLessThan(NEARLY_MS);
  }
});

test('a reset that is over already holds the others for as long as it holds the one that was refused', async () => {
  const { errors } = await meet({ status: 429, headers: justOver });
  expect(errors[0]).toBeInstanceOf(RateLimited);
  expect(errors[1]).toBeInstanceOf(GateClosed);
});

test('TOO_MANY_JOBS holds no gate, whatever its status: slots are not calls', async () => {
  const { sent, errors } = await meet({ status: 429, code: 'TOO_MANY_JOBS' }, createJob);
  expect(sent).toBe(5);
  expect(errors.map((error) => error instanceof Error && error.name)).toEqual(Array(5).fill('TooManyJobs'));
});

const HOUR = 3_600;

test.each([
  ['an hour ahead of X', HOUR, 0],
  ['an hour behind X', -HOUR, 0],
  ['an hour ahead, and X an hour behind', HOUR, -HOUR],
])('with Postgres %s a limit is met by our own gate, and never by X', async (_name, postgresAhead, xAhead) => {
  const now = new Date(Date.now() + xAhead * 1_000).toISOString();
  await using site = await openSite({ accounts: 1, ads: 3, days: 60, strictAccountsLimit: true, postgresAhead, now });
  await site.connect();
  const [user] = await rowsOf<{ id: string }>(site.db, 'select x_user_id as id from importer.credentials');
  const caller = { xUserId: user?.id ?? '', class: 'person', waiter: 'list' } as const;
  const calls: unknown[] = [];
  while (calls.length < 7 && !(calls.at(-1) instanceof Error))
    calls.push(
      await asUser(site.deps, caller, (api) => api.accounts.list().next()).catch((error: unknown) => error as Error),
    );
  const [last] = calls.slice(-1);
  // X allows five.
  expect(calls).toHaveLength(6);
  expect(last).toBeInstanceOf(GateClosed);
  if (last instanceof GateClosed) expect(last.waitMs).toBeLessThanOrEqual(WINDOW_MS + 1_000);
});
