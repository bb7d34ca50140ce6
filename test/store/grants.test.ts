import type { Choice } from '../../domain/connection.js';
import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveAccess, listAccounts, getAccount, saveAccounts } from '../../store/account/accounts.js';
import {
  attachXUser,
  createConnection,
  editConnection,
  markDisconnected,
  getConnection,
  listConnections,
  setChoice,
  setPhase,
} from '../../store/connection/connections.js';
import { saveCredential } from '../../store/connection/credentials.js';
import { endGrant, getGrant, listGrants, saveGrants, setGrantStatus } from '../../store/connection/grants.js';
import { accountsToDelete, beginAccountDeletion } from '../../store/account/delete-account-data.js';
import { addAccounts, addConnection, newSealer, openStore, type TestStore } from './database.js';
import { day } from './landing.js';

describe('connections, accounts and grants', () => {
  let store: TestStore;
  const sealer = newSealer();

  beforeAll(async () => {
    store = await openStore();
    await addAccounts(store.db, 'a1', 'a2', 'a3', 'a4');
    await saveCredential(store.db, sealer, { xUserId: '7', screenName: 'ada', token: 't', tokenSecret: 's' });
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('a connection is made once, in the default workspace, and tells its phase with what stands in the way', async () => {
    const id = await addConnection(store.db);
    await createConnection(store.db, { id, displayName: 'again', createdBy: 'eve' });
    expect(await getConnection(store.db, id)).toMatchObject({
      displayName: 'Ads of Ada',
      phase: 'authorizing',
      problem: null,
      workspaceId: '00000000-0000-0000-0000-000000000001',
      grants: { total: 0, backfilling: 0, upToDate: 0, blocked: 0 },
    });
    const problem = { code: 'token_rejected', nextStep: 'Reconnect @ada.' };
    await attachXUser(store.db, id, '7');
    await setPhase(store.db, id, 'needs_reauthorization', problem);
    expect(await getConnection(store.db, id)).toMatchObject({
      phase: 'needs_reauthorization',
      problem,
      screenName: 'ada',
    });
    await setPhase(store.db, id, 'active');
    expect(await editConnection(store.db, id, { displayName: 'Renamed', version: 1 })).toBe(true);
    expect(await editConnection(store.db, id, { displayName: 'Late', version: 1 })).toBe(false);
    const choice: Choice = { accounts: 'all', history: { kind: 'days', days: 90 }, wait: 3 };
    await setChoice(store.db, id, choice);
    expect(await getConnection(store.db, id)).toMatchObject({
      phase: 'active',
      problem: null,
      displayName: 'Renamed',
      choice,
    });
  });

  test('what is disconnected stays so, and is listed only when asked for', async () => {
    const id = await addConnection(store.db);
    await saveGrants(store.db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
    await markDisconnected(store.db, id);
    const ended = await getConnection(store.db, id);
    await markDisconnected(store.db, id);
    await setPhase(store.db, id, 'active');
    expect(await getConnection(store.db, id)).toEqual(ended);
    expect(await listGrants(store.db, id)).toEqual([]);
    const { rows } = await store.db.query(
      'select account_id from importer.grants where connection_id = $1 and ended_at is not null',
      [id],
    );
    expect(rows).toEqual([{ account_id: 'a1' }]);
    const ids = async (withDisconnected: boolean) =>
      (await listConnections(store.db, OPERATOR, { withDisconnected })).map((c) => c.id);
    expect(await ids(false)).not.toContain(id);
    expect(await ids(true)).toContain(id);
  });

  test('accounts are listed with the role, and with the reason and the cure where they cannot be chosen', async () => {
    const id = await addConnection(store.db);
    await attachXUser(store.db, id, '7');
    const see = (observedAt: string, access: Record<string, string[]>) =>
      saveAccess(store.db, {
        xUserId: '7',
        observedAt,
        access: Object.entries(access).map(([accountId, permissions]) => ({ accountId, permissions })),
      });
    await see('2026-01-02T00:00:00Z', { a1: ['ACCOUNT_ADMIN', 'TWEET_COMPOSER'], a2: ['ANALYST'], a3: [] });
    await saveGrants(store.db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
    const listed = await listAccounts(store.db, id);
    expect(listed).toMatchObject([
      { id: 'a1', name: 'Account a1', timezone: 'Europe/Prague', selectable: true, granted: true },
      { id: 'a2', selectable: false, granted: false, permissions: ['ANALYST'] },
      { id: 'a3', selectable: false, permissions: [] },
    ]);
    expect(listed[1]).toMatchObject({ reason: expect.stringContaining('Organic Analyst') as string });

    await see('2026-01-03T00:00:00Z', { a2: ['CAMPAIGN_ANALYST'] });
    expect(await listAccounts(store.db, id)).toMatchObject([{ id: 'a2', selectable: true }]);
    // An answer that was overtaken takes nothing back.
    await see('2026-01-02T12:00:00Z', { a1: ['AD_MANAGER'], a2: ['ANALYST'] });
    expect((await listAccounts(store.db, id)).find((account) => account.id === 'a2')).toMatchObject({
      selectable: true,
    });
  });

  test('an older observation of an account does not overwrite a newer one', async () => {
    const account = {
      id: 'a4',
      name: 'New name',
      businessName: 'B',
      timezone: 'Asia/Tokyo',
      timezoneSwitchAt: '2013-05-21T22:00:00Z',
      approvalStatus: 'ACCEPTED',
      deleted: false,
      createdAt: null,
      raw: {},
    };
    await saveAccounts(store.db, [account], '2026-02-01T00:00:00Z');
    await saveAccounts(store.db, [{ ...account, name: 'Old name' }], '2026-01-15T00:00:00Z');
    expect(await getAccount(store.db, 'a4')).toMatchObject({
      name: 'New name',
      timezoneSwitchAt: '2013-05-21T22:00:00Z',
      observedAt: '2026-02-01T00:00:00Z',
      hasAppLineItems: false,
      currencies: [],
    });
    expect(await getAccount(store.db, 'none')).toBeUndefined();
  });

  test('grants go from backfilling to up to date, and back when earlier days are asked for', async () => {
    const id = await addConnection(store.db);
    await saveGrants(store.db, id, [
      { accountId: 'a1', historyFrom: day('2026-01-01'), waitDays: 3, lookBackDays: 7 },
      { accountId: 'a2', historyFrom: null, waitDays: 1 },
    ]);
    await setGrantStatus(store.db, id, 'a1', { status: 'up_to_date' });
    const problem = { code: 'no_role', nextStep: 'Ask the administrator.' };
    await setGrantStatus(store.db, id, 'a2', { status: 'blocked', problem });
    expect(await getConnection(store.db, id)).toMatchObject({
      grants: { total: 2, backfilling: 0, upToDate: 1, blocked: 1 },
    });
    expect(await listGrants(store.db, id)).toMatchObject([
      {
        accountId: 'a1',
        accountName: 'Account a1',
        historyFrom: '2026-01-01',
        waitDays: 3,
        lookBackDays: 7,
        status: 'up_to_date',
        problem: null,
      },
      { accountId: 'a2', historyFrom: null, lookBackDays: 30, status: 'blocked', problem },
    ]);
    const chooseAgain = (from: string, waitDays: 1 | 3, dailyAt?: string) =>
      saveGrants(store.db, id, [{ accountId: 'a1', historyFrom: day(from), waitDays, ...(dailyAt && { dailyAt }) }]);
    const now = () => getGrant(store.db, id, 'a1');
    // A later beginning takes nothing away, and neither does a longer wait or another time.
    await chooseAgain('2026-02-01', 3);
    expect(await now()).toMatchObject({ status: 'up_to_date', historyFrom: '2026-01-01', dailyAt: '10:00' });
    await chooseAgain('2026-02-01', 3, '07:30');
    expect(await now()).toMatchObject({ status: 'up_to_date', dailyAt: '07:30' });
    await chooseAgain('2025-06-01', 3, '07:30');
    expect(await now()).toMatchObject({ status: 'backfilling', historyFrom: '2025-06-01' });
    await setGrantStatus(store.db, id, 'a1', { status: 'up_to_date' });
    // A shorter wait makes days due that were not.
    await chooseAgain('2026-02-01', 1, '07:30');
    expect(await now()).toMatchObject({ status: 'backfilling', waitDays: 1 });
    await setGrantStatus(store.db, id, 'a1', { status: 'up_to_date' });
    await chooseAgain('2026-02-01', 3);
    expect(await now()).toMatchObject({ status: 'up_to_date', waitDays: 3, dailyAt: '10:00' });
    // Who leaves an account out and takes it in again begins anew.
    await endGrant(store.db, id, 'a1');
    await chooseAgain('2026-02-01', 3);
    expect(await now()).toMatchObject({ status: 'backfilling', historyFrom: '2026-02-01' });
    await expect(
      saveGrants(store.db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1, lookBackDays: 31 }]),
    ).rejects.toThrow(/look_back_days/);
  });

  test('an account is free to be deleted once no connection reads it, and cannot be chosen while it is being deleted', async () => {
    const [one, two] = [await addConnection(store.db), await addConnection(store.db)];
    await saveGrants(store.db, one, [{ accountId: 'a3', historyFrom: null, waitDays: 1 }]);
    await saveGrants(store.db, two, [{ accountId: 'a3', historyFrom: null, waitDays: 3 }]);
    await markDisconnected(store.db, one);
    expect(await accountsToDelete(store.db, one)).toEqual([]);
    expect(await beginAccountDeletion(store.db, ['a3'])).toEqual([]);
    expect(await endGrant(store.db, two, 'a3')).toBe(true);
    expect(await endGrant(store.db, two, 'a3')).toBe(false);
    expect(await accountsToDelete(store.db, one)).toEqual(['a3']);
    expect(await beginAccountDeletion(store.db, ['a3'])).toEqual(['a3']);
    const again = [{ accountId: 'a3', historyFrom: null, waitDays: 3 }] as const;
    expect(await saveGrants(store.db, two, again)).toEqual([]);
    await store.db.query('update importer.accounts set deletion_began_at = null');
    expect(await saveGrants(store.db, two, again)).toEqual(['a3']);
    expect(await getGrant(store.db, two, 'a3')).toMatchObject({ status: 'backfilling', endedAt: null });
  });
});
