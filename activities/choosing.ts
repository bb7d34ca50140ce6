import { lastDueDay } from '../domain/ask.js';
import { addDays, dayOf, isKnownZone } from '../domain/calendar.js';
import type { Day } from '../domain/calendar.js';
import { accountsOf, DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, whyRefused } from '../domain/choice.js';
import type { Choice, History } from '../domain/connection.js';
import { whySkipped } from '../domain/daily-time.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { getAccount, listAccounts } from '../store/accounts.js';
import type { ListedAccount } from '../store/accounts.js';
import { setAllAccounts } from '../store/connections.js';
import { endGrant, listGrants, saveGrants } from '../store/grants.js';
import type { GrantChoice } from '../store/grants.js';
import type { Deps } from './deps.js';
import { finalFailure } from './failures.js';

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

/** Refuses what cannot be chosen, with the reason and the cure; what is read already may stay, whatever became of it. */
const refuseUnselectable = (choice: Choice, listed: readonly ListedAccount[], granted: readonly AccountId[]): void => {
  if (choice.accounts === 'all') return;
  for (const id of choice.accounts.filter((accountId) => !granted.includes(accountId))) {
    const account = listed.find((candidate) => candidate.id === id);
    if (!account)
      throw finalFailure('account_unknown', `The account ${id} is not among those that this X user can see.`);
    if (!account.selectable)
      throw finalFailure(
        'account_not_selectable',
        `The account ${id} cannot be chosen: ${account.reason} ${account.cure}`,
      );
  }
};

/** What a choice means for each account, by its own calendar. A time that the zone skips is refused where a person can choose another. */
const grantsOf = async (
  { db }: Deps,
  { history, wait, dailyAt = DEFAULT_DAILY_AT, lookBack = DEFAULT_LOOK_BACK }: Choice,
  accounts: readonly AccountId[],
  ifSkipped: 'refuse' | 'move_on',
): Promise<readonly GrantChoice[]> =>
  Promise.all(
    accounts.map(async (accountId) => {
      const account = await getAccount(db, accountId);
      if (!account)
        throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
      const { timezone, zones, observedAt } = account;
      const skipped = isKnownZone(timezone) ? whySkipped(dailyAt, timezone, dayOf(observedAt, timezone)) : undefined;
      if (skipped !== undefined && ifSkipped === 'refuse') throw finalFailure('time_skipped', skipped);
      const lastDue = lastDueDay(observedAt, zones, wait);
      return {
        accountId,
        historyFrom: historyFrom(history, lastDue),
        waitDays: wait,
        dailyAt,
        lookBackDays: lookBack,
      };
    }),
  );

export const createChoosing = (deps: Deps) => ({
  /**
   * Stores the chosen accounts as grants, ends those that are no longer chosen, and tells which have history to import.
   * Safe to repeat: by natural key, and a history that nobody has begun is still to be imported.
   */
  async saveChoice({ connectionId, choice }: { connectionId: ConnectionId; choice: Choice }): Promise<{
    accounts: readonly AccountId[];
    unfinished: readonly AccountId[];
  }> {
    const refused = whyRefused(choice);
    if (refused !== undefined) throw finalFailure('choice_refused', refused);
    const listed = await listAccounts(deps.db, connectionId);
    const granted = (await listGrants(deps.db, connectionId)).map(({ accountId }) => accountId);
    refuseUnselectable(choice, listed, granted);
    const accounts = accountsOf(choice, listed, granted);
    if (accounts.length === 0) {
      throw finalFailure(
        'no_account',
        'No account can be chosen. Ask the Business Administrator for a role on one: X Ads → Business Settings → Collaborators → People.',
      );
    }
    const grants = await grantsOf(deps, choice, accounts, 'refuse');
    await deps.db.transaction(async (tx) => {
      await setAllAccounts(tx, connectionId, choice.accounts === 'all');
      await saveGrants(tx, connectionId, grants);
      for (const id of granted.filter((accountId) => !accounts.includes(accountId)))
        await endGrant(tx, connectionId, id);
    });
    const saved = await listGrants(deps.db, connectionId);
    return {
      accounts,
      unfinished: saved.filter(({ status }) => status !== 'up_to_date').map(({ accountId }) => accountId),
    };
  },

  /** Takes in accounts that appeared after all had been chosen, as they were chosen. Safe to repeat: by natural key. */
  async adoptAccounts({
    connectionId,
    accounts,
    choice,
  }: {
    connectionId: ConnectionId;
    accounts: readonly AccountId[];
    choice: Choice;
  }): Promise<void> {
    // Nobody is there to choose another time, so one that the zone skips is moved on by the schedule.
    await saveGrants(deps.db, connectionId, await grantsOf(deps, choice, accounts, 'move_on'));
  },
});
