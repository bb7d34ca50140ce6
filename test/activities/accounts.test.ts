import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAccounts } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { CHOICE, openSite, rowsOf, type Site } from './site.js';

let site: Site;
beforeAll(async () => {
  site = await openSite({ accounts: 3, ads: 1 });
});
afterAll(() => site[Symbol.asyncDispose]());

test.each([
  ['all_accounts', 3, 3],
  ['campaign_analyst', 3, 3],
  ['creative_manager', 3, 3],
  ['ad_manager', 1, 1],
  ['organic_analyst', 2, 1],
  ['audience_partner', 3, 0],
  ['no_accounts', 0, 0],
])('%s sees %d accounts, of which %d can be chosen', async (screenName, accounts, selectable) => {
  const connectionId = await site.connect(screenName);
  expect(await site.call('listAccounts', { connectionId })).toEqual({ accounts, selectable });
  const listed = await listAccounts(site.db, connectionId);
  expect(listed.filter((account) => account.selectable)).toHaveLength(selectable);
  for (const account of listed) {
    expect(account.timezone).not.toBe('');
    if (!account.selectable) expect(account.cure).toContain('Business Settings');
  }
});

test('listing again changes nothing', async () => {
  const connectionId = await site.connect();
  const list = () => site.call('listAccounts', { connectionId });
  const first = await list();
  const listed = await listAccounts(site.db, connectionId);
  expect(await list()).toEqual(first);
  expect(await listAccounts(site.db, connectionId)).toEqual(listed);
});

test.each([
  ['app_not_approved', 'AppNotApproved'],
  ['old_token', 'TokenTooOld'],
  ['locked_out', 'AccountLocked'],
  ['suspended', 'AccountLocked'],
  ['unauthorized', 'CredentialsRejected'],
])('the refusal of %s is its own problem with the one step that cures it', async (screenName, type) => {
  const connectionId = await site.connect(screenName);
  const failed = site.call('listAccounts', { connectionId });
  await expect(failed).rejects.toMatchObject({ type, nonRetryable: true, details: [{ code: type }] });
});

test.each([
  ['app_not_approved', 'AppNotApproved', /Apply for Ads API access.*reconnect/],
  ['old_token', 'TokenTooOld', /reconnect/],
  ['locked_out', 'AccountLocked', /unlock it; then reconnect/],
  ['suspended', 'AccountLocked', /unlock it; then reconnect/],
])(
  'the user %s rejects the credential by its own name, tells once, and asks X no more',
  async (screenName, type, nextStep) => {
    await using own = await openSite({ accounts: 1, ads: 1 });
    const connectionId = await own.connect(screenName);
    const list = () => own.call('listAccounts', { connectionId });
    await expect(list()).rejects.toMatchObject({ type });
    const problem = { code: type, nextStep: expect.stringMatching(nextStep) as string };
    expect(await own.call('credentialOf', { connectionId })).toMatchObject({ valid: false, problem });
    await own.control('DELETE', 'requests');
    await expect(list()).rejects.toMatchObject({ type, details: [problem] });
    expect(await own.control('GET', 'requests')).toMatchObject({ counts: [] });
    const told = await rowsOf(
      own.db,
      'select code, next_step as "nextStep" from importer.notifications where $1 = any(connection_ids)',
      [connectionId],
    );
    expect(told).toEqual([problem]);
    // A new sign-in gives it another try.
    await own.connect(screenName);
    expect(await own.call('credentialOf', { connectionId })).toMatchObject({ valid: true });
  },
);

test('a refusal of one account says nothing of the credential', async () => {
  const connectionId = await site.connect('action_not_allowed');
  await expect(site.call('listAccounts', { connectionId })).rejects.toMatchObject({ type: 'Forbidden' });
  expect(await site.call('credentialOf', { connectionId })).toMatchObject({ valid: true });
});

test('once X has rejected a credential, no request is started with it any more', async () => {
  const connectionId = await site.connect('revokes_access');
  const list = () => site.call('listAccounts', { connectionId });
  for (let i = 0; i < 6; i += 1) await list().catch(() => undefined);
  await site.control('DELETE', 'requests');
  await expect(list()).rejects.toMatchObject({ type: 'CredentialsRejected' });
  expect(await site.control('GET', 'requests')).toMatchObject({ counts: [] });
});

test('all means all that can be chosen, and what is no longer chosen ends', async () => {
  const connectionId = await site.connect('organic_analyst');
  await site.call('listAccounts', { connectionId });
  const { accounts } = await site.call('saveChoice', { connectionId, choice: CHOICE });
  expect(accounts).toHaveLength(1);
  const other = await site.connect();
  await site.call('listAccounts', { connectionId: other });
  const all = await site.call('saveChoice', { connectionId: other, choice: CHOICE });
  expect(all.accounts).toHaveLength(3);
  const one = all.accounts.slice(0, 1);
  await site.call('saveChoice', { connectionId: other, choice: { ...CHOICE, accounts: one } });
  expect((await listGrants(site.db, other)).map(({ accountId }) => accountId)).toEqual(one);
  // The other connection keeps its own grant.
  expect(await listGrants(site.db, connectionId)).toHaveLength(1);
});

test('an account that cannot be read, or is not among the listed, cannot be chosen', async () => {
  const connectionId = await site.connect('audience_partner');
  await site.call('listAccounts', { connectionId });
  const [account] = await listAccounts(site.db, connectionId);
  const choose = (accounts: 'all' | readonly string[]) =>
    site.call('saveChoice', { connectionId, choice: { ...CHOICE, accounts } });
  await expect(choose([account?.id ?? ''])).rejects.toMatchObject({ type: 'account_not_selectable' });
  await expect(choose(['nosuch'])).rejects.toMatchObject({ type: 'account_unknown' });
  await expect(choose('all')).rejects.toMatchObject({ type: 'no_account' });
  expect(await listGrants(site.db, connectionId)).toEqual([]);
});
