import type { ApplicationFailure } from '@temporalio/common';
import { lastDueDay } from '../../domain/due.js';
import { selectable } from '../../domain/access.js';
import { addDays, dayOf, isKnownZone } from '../../domain/calendar.js';
import type { Day } from '../../domain/calendar.js';
import { accountsOf, DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, whyRefused } from '../../domain/choice.js';
import type { Choice, History, Problem } from '../../domain/connection.js';
import { whySkipped } from '../../domain/daily-time.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { zoneProblem } from '../../domain/account-problem.js';
import { getAccount, listAccounts } from '../../store/account/accounts.js';
import type { Account, ListedAccount } from '../../store/account/accounts.js';
import { setAllAccounts } from '../../store/connection/connections.js';
import { endGrant, listGrants, saveGrants } from '../../store/connection/grants.js';
import type { GrantChoice } from '../../store/connection/grants.js';
import type { Deps } from '../deps.js';
import { finalFailure } from '../failures.js';

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

/** Why nobody can choose anything, in the words that tell who or what can change it. */
const noneSelectable = (listed: readonly ListedAccount[]): ApplicationFailure => {
  const unknown = listed.find(({ permissions }) => selectable(permissions).selectable);
  return finalFailure(
    'no_account',
    unknown
      ? `No account can be chosen. ${zoneProblem(unknown.timezone).nextStep}`
      : 'No account can be chosen. Ask the Business Administrator for a role on one: X Ads → Business Settings → Collaborators → People.',
  );
};

/** What a choice means for an account, by its own calendar; a problem where its days cannot be cut. */
const grantOf = (
  { history, wait, dailyAt = DEFAULT_DAILY_AT, lookBack = DEFAULT_LOOK_BACK }: Choice,
  { id, timezone, zones, observedAt }: Account,
): GrantChoice | Problem =>
  zones.length === 0
    ? zoneProblem(timezone)
    : {
        accountId: id,
        historyFrom: historyFrom(history, lastDueDay(observedAt, zones, wait)),
        waitDays: wait,
        dailyAt,
        lookBackDays: lookBack,
      };

/** A time that the account's zone skips is refused where a person can choose another. */
const refuseSkipped = ({ dailyAt = DEFAULT_DAILY_AT }: Choice, { timezone, observedAt }: Account): void => {
  const skipped = isKnownZone(timezone) ? whySkipped(dailyAt, timezone, dayOf(observedAt, timezone)) : undefined;
  if (skipped !== undefined) throw finalFailure('time_skipped', skipped);
};

/** What a choice means for each account; all of it is refused where one cannot be taken in. */
const grantsOf = async (
  { db }: Deps,
  choice: Choice,
  accounts: readonly AccountId[],
): Promise<readonly GrantChoice[]> =>
  Promise.all(
    accounts.map(async (accountId) => {
      const account = await getAccount(db, accountId);
      if (!account)
        throw finalFailure('account_unknown', `The account ${accountId} is not known; list the accounts first.`);
      refuseSkipped(choice, account);
      const grant = grantOf(choice, account);
      if ('code' in grant)
        throw finalFailure(grant.code, `The account ${accountId} cannot be chosen: ${grant.nextStep}`);
      return grant;
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
    if (accounts.length === 0) throw noneSelectable(listed);
    const grants = await grantsOf(deps, choice, accounts);
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

  /**
   * Takes in accounts that appeared after all had been chosen, as they were chosen, and answers with them. One that cannot be
   * taken in is left out, because nobody is there to be told: it appears again in the next look. Safe to repeat: by natural key.
   */
  async adoptAccounts({
    connectionId,
    accounts,
    choice,
  }: {
    connectionId: ConnectionId;
    accounts: readonly AccountId[];
    choice: Choice;
  }): Promise<{ adopted: readonly AccountId[] }> {
    const found = await Promise.all(accounts.map((accountId) => getAccount(deps.db, accountId)));
    // Nobody is there to choose another time, either: one that the zone skips is moved on by the schedule.
    const grants = found.flatMap((account) => {
      const grant = account && grantOf(choice, account);
      return grant === undefined || 'code' in grant ? [] : [grant];
    });
    await saveGrants(deps.db, connectionId, grants);
    return { adopted: grants.map(({ accountId }) => accountId) };
  },
});
