import { randomUUID } from 'node:crypto';
import { isKnownZone } from '../../domain/calendar.js';
import { accountsOf, DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, whyRefused } from '../../domain/choice.js';
import type { Choice, History } from '../../domain/connection.js';
import { whySkipped } from '../../domain/daily-time.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkHistoryStart } from '../../domain/range.js';
import { getAccount, listAccounts, type ListedAccount } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { chooseUpdate } from '../../workflows/messages.js';
import type { Chosen } from '../answers.js';
import { awaitChoice, awaitPhase, queryConnection } from '../await-connection.js';
import { type Context, requireConnection } from '../context.js';
import { InvalidChoice, InvalidRange, UnknownAccount } from '../errors.js';
import type { ChooseOptions } from '../options.js';
import { latestToday, todayOf } from '../read/today.js';
import { sendUpdate } from '../temporal.js';

const DEFAULT_HISTORY: History = { kind: 'days', days: 365 };

const refuseAccounts = (
  id: ConnectionId,
  { accounts }: Choice,
  listed: readonly ListedAccount[],
  granted: readonly AccountId[],
): void => {
  if (accounts === 'all') return;
  if (accounts.length === 0) throw new InvalidChoice('Choose at least one account, or `all`.');
  // What is read already may stay, whatever became of it at X.
  const added = accounts.filter((accountId) => !granted.includes(accountId));
  const unknown = added.filter((accountId) => !listed.some((account) => account.id === accountId));
  if (unknown.length > 0) {
    throw new UnknownAccount(`The connection's X user cannot see the account ${unknown.join(', ')}.`, {
      nextStep: { action: 'list_accounts', connectionId: id, text: 'List the accounts.' },
    });
  }
  for (const account of listed) {
    if (!account.selectable && added.includes(account.id)) {
      throw new InvalidChoice(`${account.name} (${account.id}) cannot be chosen. ${account.reason}`, {
        nextStep: { action: 'ask_administrator', text: account.cure },
      });
    }
  }
};

/** A time that the clock of an account's zone skips on some day would make that day's sync come late. */
const refuseSkippedTime = async (
  context: Context,
  { dailyAt = DEFAULT_DAILY_AT }: Choice,
  accounts: readonly AccountId[],
): Promise<void> => {
  const chosen = await Promise.all(accounts.map((accountId) => getAccount(context.db, accountId)));
  const zones = new Map(chosen.flatMap((account) => (account ? [[account.timezone, account] as const] : [])));
  for (const [zone, account] of zones) {
    const skipped = isKnownZone(zone) ? whySkipped(dailyAt, zone, todayOf(account, context.now())) : undefined;
    if (skipped !== undefined) throw new InvalidChoice(skipped);
  }
};

/** A choice that is checked here, so that a mistake is answered with its sentence, and again by the workflow. */
const checkChoice = async (
  context: Context,
  id: ConnectionId,
  choice: Choice,
  isNewHistory: boolean,
): Promise<void> => {
  const refused = whyRefused(choice);
  if (refused !== undefined) throw new InvalidChoice(refused);
  const listed = await listAccounts(context.db, id);
  const granted = (await listGrants(context.db, id)).map(({ accountId }) => accountId);
  refuseAccounts(id, choice, listed, granted);
  // A history that stays as it was may have begun more than a year ago meanwhile.
  if (choice.history.kind === 'from' && isNewHistory) {
    const checked = checkHistoryStart(choice.history.day, latestToday(listed, context.now()));
    if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  }
  await refuseSkippedTime(context, choice, accountsOf(choice, listed, granted));
};

/**
 * Chooses accounts, history, wait, daily time and look-back. What is left out stays as it was chosen before. Waits until the
 * choice is in force, but no longer than the importer's timeout.
 */
export const chooseAccounts = async (
  context: Context,
  id: ConnectionId,
  options: ChooseOptions = {},
): Promise<Chosen> => {
  await requireConnection(context, id);
  const before = await queryConnection(context, id);
  const chosen = 'choice' in before ? before.choice : undefined;
  const choice: Choice = {
    accounts: options.accounts ?? chosen?.accounts ?? 'all',
    history: options.history ?? chosen?.history ?? DEFAULT_HISTORY,
    wait: options.wait ?? chosen?.wait ?? 1,
    dailyAt: options.dailyAt ?? chosen?.dailyAt ?? DEFAULT_DAILY_AT,
    lookBack: options.lookBack ?? chosen?.lookBack ?? DEFAULT_LOOK_BACK,
  };
  await checkChoice(context, id, choice, options.history !== undefined);
  await sendUpdate(context, id, {
    definition: chooseUpdate,
    args: [choice],
    updateId: randomUUID(),
    what: 'choose the accounts',
  });
  const saved = await awaitChoice(context, id, choice, before);
  // A connection that is paused, or waits for signing in, keeps the choice for later.
  const goesOn = before.phase === 'choosing' || before.phase === 'active';
  return { choice, inForce: saved && (!goesOn || (await awaitPhase(context, id, 'active'))) };
};
