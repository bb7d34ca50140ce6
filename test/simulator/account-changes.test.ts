import { afterEach, describe, expect, test } from 'vitest';
import { codeOf, startX, type X } from './support/x.js';
import { type AccountChange, parseAccountChange } from '../../simulator/world/account-change.js';

const FROM = '2026-08-25T00:00:00Z';
const UNTIL = '2026-08-27T00:00:00Z';

let x: X;
/** What a client reads before the change is in force, while it is, and after. */
const during = async <T>(change: Omit<AccountChange, 'account'>, look: (account: string) => Promise<T>) => {
  x = await startX({
    accounts: 2,
    ads: 2,
    accountChanges: [{ ...change, account: 0, from: FROM, until: UNTIL } as AccountChange],
  });
  const account = await x.firstAccount();
  const seen: T[] = [await look(account)];
  for (const now of [FROM, UNTIL]) {
    await x.control('PUT', 'clock', { now, frozen: true });
    seen.push(await look(account));
  }
  return seen;
};

const get = (path: string, parameters = {}) => x.get(`/12/accounts/${path}`, parameters);

describe('an account that changes while data time advances', () => {
  afterEach(() => x.running.close());

  test('is not listed while it is absent', async () => {
    const seen = await during({ kind: 'absent' }, async (account) => [
      (await x.accountIds()).length,
      (await get(account)).status,
      (await get(`${account}/campaigns`)).status,
    ]);
    expect(seen).toEqual([
      [2, 200, 200],
      [1, 403, 403],
      [2, 200, 200],
    ]);
  });

  test('that is deleted is answered only with with_deleted, and all paths below it are refused', async () => {
    const seen = await during({ kind: 'deleted' }, async (account) => [
      (await x.accountIds()).length,
      (await get(account)).status,
      (await get(account, { with_deleted: true })).status,
      codeOf(await get(`${account}/campaigns`)) ?? 'campaigns',
      codeOf(await get(`${account}/authenticated_user_access`)) ?? 'access',
    ]);
    expect(seen).toEqual([
      [2, 200, 200, 'campaigns', 'access'],
      [1, 404, 200, 'ACCOUNT_NOT_FOUND', 'ACCOUNT_NOT_FOUND'],
      [2, 200, 200, 'campaigns', 'access'],
    ]);
  });

  test('loses its approval and gets it back', async () => {
    const seen = await during({ kind: 'approval', status: 'REJECTED' } as AccountChange, async (account) => {
      const { data } = (await get(account)).json as unknown as { data: { approval_status: string } };
      return data.approval_status;
    });
    expect(seen).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED']);
  });

  test('takes a role away from one user, and from no other', async () => {
    const change = { kind: 'role', permissions: ['ANALYST'], user: 'all_accounts' } as unknown as AccountChange;
    const seen = await during(change, async (account) => {
      const other = await x.as('campaign_analyst');
      const path = `/12/accounts/${account}/campaigns`;
      return [(await get(`${account}/campaigns`)).status, (await other.get(path)).status];
    });
    expect(seen).toEqual([
      [200, 200],
      [403, 200],
      [200, 200],
    ]);
  });

  test('changes the currency of its entities', async () => {
    const seen = await during({ kind: 'currency', currency: 'EUR' } as AccountChange, async (account) => [
      ...new Set((await x.list(account, 'campaigns')).map(({ currency }) => currency)),
    ]);
    expect(seen).toEqual([['USD'], ['EUR'], ['USD']]);
  });
});

describe('a change on the command line', () => {
  test('has the account, the change and its times', () => {
    expect(parseAccountChange('2 absent until 2026-02-01T00:00:00Z')).toEqual({
      account: 2,
      kind: 'absent',
      until: '2026-02-01T00:00:00Z',
    });
    expect(parseAccountChange(`1 role=ANALYST+TWEET_COMPOSER@ad_manager from ${FROM}`)).toEqual({
      account: 1,
      kind: 'role',
      permissions: ['ANALYST', 'TWEET_COMPOSER'],
      user: 'ad_manager',
      from: FROM,
    });
    expect(parseAccountChange('0 role=')).toEqual({ account: 0, kind: 'role', permissions: [] });
    expect(parseAccountChange('0 currency=EUR')).toEqual({ account: 0, kind: 'currency', currency: 'EUR' });
  });

  test.each(['', 'x absent', '1 vanished', '1 approval=', '1 deleted from never', '1 currency=EUR@ada'])(
    'is refused when it is "%s"',
    (text) => {
      expect(parseAccountChange(text)).toBeUndefined();
    },
  );
});
