import { afterEach, describe, expect, test } from 'vitest';
import type { GrantRecord } from '../../activities/connection/accounts.js';
import { getGrant, listGrants } from '../../store/connection/grants.js';
import { CHOICE, openSite, type Site } from './site.js';
import type { AccountChange } from '../../simulator/world/account-change.js';

let site: Site;
afterEach(() => site[Symbol.asyncDispose]());

const NOW = '2026-06-10T12:00:00Z';
const FROM = '2026-06-11T00:00:00Z';
const UNTIL = '2026-06-13T00:00:00Z';

const open = async (...accountChanges: readonly AccountChange[]): Promise<void> => {
  site = await openSite({ accounts: 2, ads: 2, now: NOW, accountChanges });
};
const goTo = (now: string) => site.control('PUT', 'clock', { now, frozen: true });
/** It befalls both accounts, whichever is chosen first. */
const both = (change: Omit<AccountChange, 'account'>): AccountChange[] =>
  [0, 1].map((account) => ({ ...change, account }) as AccountChange);
const problems = async (connectionId: string) =>
  Object.fromEntries(
    (await site.call('checkAccounts', { connectionId })).granted.map(({ accountId, problem }) => [
      accountId,
      problem?.code,
    ]),
  );

/** Records how one account stands; returns what was written. */
const recordGrant = async (
  on: Site,
  { connectionId, accountId }: { connectionId: string; accountId: string },
  grant: Omit<GrantRecord, 'accountId'>,
) => (await on.call('recordGrants', { connectionId, grants: [{ accountId, ...grant }] }))[accountId];

describe('the daily look at the accounts', () => {
  const during = { account: 0, from: FROM, until: UNTIL } as const;
  test.each<[string, AccountChange, string]>([
    ['deleted', { ...during, kind: 'deleted' }, 'account_deleted'],
    ['not approved any more', { ...during, kind: 'approval', status: 'REJECTED' }, 'account_not_approved'],
    ['without a role that reads', { ...during, kind: 'role', permissions: ['ANALYST'] }, 'role_lost'],
    ['not shown any more', { ...during, kind: 'role', permissions: [] }, 'role_lost'],
  ])('finds an account that is %s, and finds it well again when X changes back', async (_what, change, code) => {
    await open(change);
    const { connectionId, accountId } = await site.choose();
    const other = (await listGrants(site.db, connectionId)).find((grant) => grant.accountId !== accountId);
    const first = (await site.control('GET', 'accounts')) as { id: string }[];
    const changed = first[0]?.id ?? '';
    const well = changed === accountId ? (other?.accountId ?? '') : accountId;
    expect(await problems(connectionId)).toEqual({ [changed]: undefined, [well]: undefined });
    await goTo(FROM);
    expect(await problems(connectionId)).toEqual({ [changed]: code, [well]: undefined });
    await goTo(UNTIL);
    expect(await problems(connectionId)).toEqual({ [changed]: undefined, [well]: undefined });
  });

  test('finds accounts that have appeared, and not those that cannot be chosen', async () => {
    await open({ account: 0, kind: 'absent', until: FROM }, { account: 1, kind: 'absent', until: FROM });
    const connectionId = await site.connect('organic_analyst');
    expect(await site.call('listAccounts', { connectionId })).toEqual({ accounts: 0, selectable: 0 });
    expect(await site.call('checkAccounts', { connectionId })).toEqual({ appeared: [], moved: false, granted: [] });
    await goTo(FROM);
    const { appeared } = await site.call('checkAccounts', { connectionId });
    expect(appeared).toHaveLength(1);
    await site.call('adoptAccounts', { connectionId, accounts: appeared, choice: { ...CHOICE, dailyAt: '06:00' } });
    expect(await listGrants(site.db, connectionId)).toMatchObject([
      { accountId: appeared[0], status: 'backfilling', dailyAt: '06:00', waitDays: 1 },
    ]);
    expect(await site.call('checkAccounts', { connectionId })).toMatchObject({ appeared: [] });
  });
});

describe('a currency that changes under stored numbers', () => {
  test('blocks with what it was and is, and heals when X changes back', async () => {
    await open(...both({ kind: 'currency', currency: 'CHF', from: FROM, until: UNTIL } as AccountChange));
    const grant = await site.choose();
    const record = () => recordGrant(site, grant, { status: 'up_to_date' });
    const importAll = async () => site.finish(await site.plan(grant));
    await importAll();
    expect(await record()).toEqual({ status: 'up_to_date' });
    await goTo(FROM);
    await importAll();
    expect(await record()).toMatchObject({
      status: 'blocked',
      problem: { code: 'currency_changed', nextStep: expect.stringMatching(/USD|EUR|CAD .* CHF/) as string },
    });
    await goTo(UNTIL);
    await importAll();
    expect(await record()).toEqual({ status: 'up_to_date' });
  });

  test('is accepted by choosing again', async () => {
    await open(...both({ kind: 'currency', currency: 'CHF', from: FROM } as AccountChange));
    const grant = await site.choose();
    await site.finish(await site.plan(grant));
    await goTo(FROM);
    await site.finish(await site.plan(grant));
    expect(await recordGrant(site, grant, { status: 'up_to_date' })).toMatchObject({ status: 'blocked' });
    await site.call('saveChoice', { connectionId: grant.connectionId, choice: CHOICE });
    expect(await recordGrant(site, grant, { status: 'up_to_date' })).toEqual({ status: 'up_to_date' });
  });
});

describe('what is recorded of a grant', () => {
  test('is the last of several ends that come together', async () => {
    await open();
    const { connectionId, accountId } = await site.choose();
    const blocked = { accountId, status: 'blocked', problem: { code: 'blocked', nextStep: 'Wait.' } } as const;
    const grants = [...Array.from({ length: 20 }, () => blocked), { accountId, status: 'up_to_date' } as const];
    expect(await site.call('recordGrants', { connectionId, grants })).toEqual({
      [accountId]: { status: 'up_to_date' },
    });
    expect(await getGrant(site.db, connectionId, accountId)).toMatchObject({ status: 'up_to_date' });
  });

  test('is the reason of the account where X refuses all of it', async () => {
    await open(...both({ kind: 'deleted', from: FROM }));
    const grant = await site.choose();
    await goTo(FROM);
    await expect(site.plan(grant)).rejects.toMatchObject({ type: 'AccountNotVisible' });
    const problem = { code: 'AccountNotVisible', nextStep: 'Ask the Business Administrator.' };
    const recorded = await recordGrant(site, grant, { status: 'blocked', problem });
    expect(recorded).toMatchObject({ status: 'blocked', problem: { code: 'account_deleted' } });
    expect(await getGrant(site.db, grant.connectionId, grant.accountId)).toMatchObject({ ...recorded });
  });
});

describe('a choice', () => {
  test('that no account can keep is refused with the sentence that says what to do', async () => {
    await open();
    const { connectionId } = await site.choose();
    const save = (choice: object) => site.call('saveChoice', { connectionId, choice: { ...CHOICE, ...choice } });
    await expect(save({ wait: 2 })).rejects.toMatchObject({ type: 'choice_refused', nonRetryable: true });
    await expect(save({ dailyAt: '9:30' })).rejects.toMatchObject({ type: 'choice_refused' });
    expect(await listGrants(site.db, connectionId)).toMatchObject([{ dailyAt: '10:00' }, { dailyAt: '10:00' }]);
  });

  test('keeps an account whose role was lost meanwhile, and tells which histories are to be imported', async () => {
    await open({ account: 0, kind: 'role', permissions: [], from: FROM });
    const { connectionId } = await site.choose({ wait: 3 });
    const ids = (await listGrants(site.db, connectionId)).map(({ accountId }) => accountId);
    const save = (choice: object) => site.call('saveChoice', { connectionId, choice: { ...CHOICE, ...choice } });
    for (const accountId of ids) await recordGrant(site, { connectionId, accountId }, { status: 'up_to_date' });
    await goTo(FROM);
    await site.call('checkAccounts', { connectionId });
    expect(await save({ wait: 3, dailyAt: '09:00' })).toEqual({
      accounts: expect.arrayContaining(ids) as string[],
      unfinished: [],
    });
    expect((await save({ wait: 1, dailyAt: '09:00', accounts: ids })).unfinished).toHaveLength(2);
    expect(await listGrants(site.db, connectionId)).toHaveLength(2);
  });
});
