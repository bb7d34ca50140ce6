import type { ApplicationFailure } from '@temporalio/common';
import { lastDueDay } from '../../domain/due.js';
import { selectable } from '../../domain/access.js';
import { addDays } from '../../domain/calendar.js';
import type { Day } from '../../domain/calendar.js';
import { accountsOf, DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, refuseChoice } from '../../domain/choice.js';
import type { Choosable } from '../../domain/choice.js';
import type { Choice, History, Problem } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { zoneProblem } from '../../domain/account-problem.js';
import { getAccount, listAccounts } from '../../store/account/accounts.js';
import type { Account, ListedAccount } from '../../store/account/accounts.js';
import { setChoice } from '../../store/connection/connections.js';
import { endGrant, listGrants, saveGrants } from '../../store/connection/grants.js';
import type { GrantChoice } from '../../store/connection/grants.js';
import type { Deps } from '../deps.js';
import { finalFailure } from '../failures.js';

/** The first day of a history that ends with the last due day; of `none`, the next day that becomes due. */
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

/** Why no account can be chosen, and what solves it. */
const noneSelectable = (listed: readonly ListedAccount[]): ApplicationFailure => {
  const unknown = listed.find(({ permissions }) => selectable(permissions).selectable);
  return finalFailure(
    'no_account',
    unknown?.zoneUnknownTo
      ? `No account can be chosen. ${zoneProblem(unknown.timezone, unknown.zoneUnknownTo).nextStep}`
      : 'No account can be chosen. Ask the Business Administrator for a role on one: X Ads → Business Settings → Collaborators → People.',
  );
};

const stillDeleted = (accounts: readonly AccountId[]): ApplicationFailure =>
  finalFailure(
    'still_deleted',
    `What was imported earlier of ${accounts.join(', ')} is still being deleted; choose again when that is over.`,
  );

/** The grant that a choice means for an account, in its own calendar; a problem where its time zone is unknown. */
const grantOf = (
  { history, wait, dailyAt = DEFAULT_DAILY_AT, lookBack = DEFAULT_LOOK_BACK }: Choice,
  { id, timezone, zones, zoneUnknownTo, observedAt }: Account,
): GrantChoice | Problem =>
  zones.length === 0
    ? zoneProblem(timezone, zoneUnknownTo ?? 'Node')
    : {
        accountId: id,
        historyFrom: historyFrom(history, lastDueDay(observedAt, zones, wait)),
        waitDays: wait,
        dailyAt,
        lookBackDays: lookBack,
      };

/** The grants that a choice means; throws where one of the accounts cannot be granted. */
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
      const grant = grantOf(choice, account);
      if ('code' in grant)
        throw finalFailure(grant.code, `The account ${accountId} cannot be chosen: ${grant.nextStep}`);
      return grant;
    }),
  );

/** A refusal goes into the workflow's history, which holds no names. */
const withoutName = (account: ListedAccount): Choosable => ({
  id: account.id,
  selectable: account.selectable,
  ...(account.selectable ? {} : { reason: account.reason, cure: account.cure }),
});

export const createChoiceActivities = (deps: Deps) => ({
  /**
   * Stores the chosen accounts as grants, ends the grants that are no longer chosen, and returns which accounts have history
   * to import. Safe to repeat: by natural key, and a history that is not imported yet stays unfinished.
   */
  async saveChoice({ connectionId, choice }: { connectionId: ConnectionId; choice: Choice }): Promise<{
    accounts: readonly AccountId[];
    unfinished: readonly AccountId[];
  }> {
    const listed = await listAccounts(deps.db, connectionId);
    const granted = (await listGrants(deps.db, connectionId)).map(({ accountId }) => accountId);
    const refusal = refuseChoice(choice, listed.map(withoutName), granted);
    if (refusal) throw finalFailure(refusal.code, [refusal.reason, ...(refusal.cure ? [refusal.cure] : [])].join(' '));
    const accounts = accountsOf(choice, listed, granted);
    if (accounts.length === 0) throw noneSelectable(listed);
    const grants = await grantsOf(deps, choice, accounts);
    await deps.db.transaction(async (tx) => {
      await setChoice(tx, connectionId, choice);
      const saved = await saveGrants(tx, connectionId, grants);
      const left = accounts.filter((id) => !saved.includes(id));
      if (left.length > 0) throw stillDeleted(left);
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
   * Grants accounts that appeared after all accounts had been chosen, with the same choice, and returns them. An account that
   * cannot be granted is left out; the next check finds it again. Safe to repeat: by natural key.
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
    const grants = found.flatMap((account) => {
      const grant = account?.zoneUnknownTo === null ? grantOf(choice, account) : undefined;
      return grant === undefined || 'code' in grant ? [] : [grant];
    });
    return { adopted: await saveGrants(deps.db, connectionId, grants) };
  },
});
