import { selectable } from '../domain/access.js';
import { lastDueDay } from '../domain/ask.js';
import { addDays } from '../domain/calendar.js';
import type { Day } from '../domain/calendar.js';
import type { Choice, History, Problem } from '../domain/connection.js';
import type { AccountId, ConnectionId, XUserId } from '../domain/ids.js';
import { getAccount, listAccounts, saveAccess, saveAccounts } from '../store/accounts.js';
import type { ListedAccount } from '../store/accounts.js';
import { getConnection, setAllAccounts, setPhase } from '../store/connections.js';
import type { ConnectionRow } from '../store/connections.js';
import { endGrant, listGrants, saveGrants, setGrantStatus } from '../store/grants.js';
import { saveEntities } from '../store/entities.js';
import type { UserApi } from '../x-ads/client.js';
import { XAdsError } from '../x-ads/errors/index.js';
import type { Deps } from './deps.js';
import { finalFailure } from './failures.js';
import { accountRow, fundingInstrumentRow } from './resources.js';
import { asUser } from './user-api.js';

/** The first day of a history that ends at the last due day; without one, the first day that becomes due. */
const historyFrom = (history: History, lastDue: Day): Day => {
  switch (history.kind) {
    case 'none':
      return addDays(lastDue, 1);
    case 'days':
      return addDays(lastDue, 1 - history.days);
    case 'from':
      return history.day;
  }
};

/** The funding instruments tell the currencies; an account that will not show them is listed without. */
const mirrorCurrencies = async ({ db }: Deps, api: UserApi, accountId: AccountId): Promise<void> => {
  try {
    for await (const page of api.fundingInstruments.list(accountId)) {
      await saveEntities(db, {
        accountId,
        entities: page.items.map(fundingInstrumentRow),
        observedAt: page.observedAt,
      });
    }
  } catch (error) {
    if (!(error instanceof XAdsError) || error.status !== 403) throw error;
  }
};

const connectionOf = async ({ db }: Deps, id: ConnectionId): Promise<ConnectionRow & { xUserId: XUserId }> => {
  const connection = await getConnection(db, id);
  if (!connection?.xUserId) throw finalFailure('not_authorized', 'X has not authorized the connection; sign in first.');
  return { ...connection, xUserId: connection.xUserId };
};

const chosen = (choice: Choice, listed: readonly ListedAccount[]): readonly AccountId[] => {
  if (choice.accounts === 'all') return listed.filter((account) => account.selectable).map((account) => account.id);
  for (const id of choice.accounts) {
    const account = listed.find((candidate) => candidate.id === id);
    if (!account)
      throw finalFailure('account_unknown', `The account ${id} is not among those that this X user can see.`);
    if (!account.selectable)
      throw finalFailure(
        'account_not_selectable',
        `The account ${id} cannot be chosen: ${account.reason} ${account.cure}`,
      );
  }
  return choice.accounts;
};

export const createAccounts = (deps: Deps) => ({
  /** Lists what the X user can read, each with its role, and stores it. Safe to repeat: upsert by account id. */
  async listAccounts({
    connectionId,
  }: {
    connectionId: ConnectionId;
  }): Promise<{ accounts: number; selectable: number }> {
    const { xUserId } = await connectionOf(deps, connectionId);
    return asUser(deps, { xUserId, class: 'person', waiter: connectionId }, async (api) => {
      const access: { accountId: AccountId; permissions: readonly string[] }[] = [];
      let observedAt: string | undefined;
      for await (const page of api.accounts.list({ withDeleted: false })) {
        observedAt = page.observedAt;
        await saveAccounts(deps.db, page.items.map(accountRow), page.observedAt);
        for (const { id } of page.items) {
          const { data } = await api.accounts.authenticatedUserAccess(id);
          access.push({ accountId: id, permissions: data.permissions });
          if (selectable(data.permissions).selectable) await mirrorCurrencies(deps, api, id);
        }
      }
      if (observedAt !== undefined) await saveAccess(deps.db, { xUserId, access, observedAt });
      return { accounts: access.length, selectable: access.filter((a) => selectable(a.permissions).selectable).length };
    });
  },

  /** Stores the chosen accounts as grants and ends those that are no longer chosen. Safe to repeat: by natural key. */
  async saveChoice({
    connectionId,
    choice,
  }: {
    connectionId: ConnectionId;
    choice: Choice;
  }): Promise<{ accounts: readonly AccountId[] }> {
    const listed = await listAccounts(deps.db, connectionId);
    const accounts = chosen(choice, listed);
    if (accounts.length === 0) {
      throw finalFailure(
        'no_account',
        'No account can be chosen. Ask the Business Administrator for a role on one: X Ads → Business Settings → Collaborators → People.',
      );
    }
    const grants = await Promise.all(
      accounts.map(async (accountId) => {
        const account = await getAccount(deps.db, accountId);
        if (!account)
          throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
        const lastDue = lastDueDay(account.observedAt, account.zones, choice.wait);
        return {
          accountId,
          historyFrom: historyFrom(choice.history, lastDue),
          waitDays: choice.wait,
          ...(choice.lookBack === undefined ? {} : { lookBackDays: choice.lookBack }),
        };
      }),
    );
    await setAllAccounts(deps.db, connectionId, choice.accounts === 'all');
    await saveGrants(deps.db, connectionId, grants);
    for (const grant of await listGrants(deps.db, connectionId)) {
      if (!accounts.includes(grant.accountId)) await endGrant(deps.db, connectionId, grant.accountId);
    }
    return { accounts };
  },

  /** Writes what the workflow knows of its phase where lists and the console read it. Safe to repeat. */
  async recordPhase({
    connectionId,
    phase,
    problem,
  }: {
    connectionId: ConnectionId;
    phase: 'authorizing' | 'choosing' | 'active' | 'paused' | 'needs_reauthorization';
    problem?: Problem;
  }): Promise<void> {
    await setPhase(deps.db, connectionId, phase, problem);
  },

  /** The same for one account inside the connection. Safe to repeat. */
  async recordGrant({
    connectionId,
    accountId,
    status,
    problem,
  }: {
    connectionId: ConnectionId;
    accountId: AccountId;
    status: 'backfilling' | 'up_to_date' | 'blocked';
    problem?: Problem;
  }): Promise<void> {
    const next =
      status === 'blocked'
        ? { status, problem: problem ?? { code: 'blocked', nextStep: 'See the workflow in the Temporal UI.' } }
        : { status };
    await setGrantStatus(deps.db, connectionId, accountId, next);
  },
});
