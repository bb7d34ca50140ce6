import { addDays, type Day, type DayRange, parseDay } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkRange } from '../../domain/range.js';
import { type Account, getVisibleAccount } from '../../store/account/accounts.js';
import { type Grant, listVisibleGrants } from '../../store/connection/grants.js';
import { type Context, requireConnection } from '../context.js';
import { InvalidRange, UnknownAccount } from '../errors.js';
import type { ReportOptions } from '../options.js';
import { todayOf } from './today.js';

/** X changes a day for thirty days, so a report covers that many where nothing else is asked. */
const USUAL_DAYS = 30;

/** The grants of a connection, or the one of an account that is named. */
export const chosenGrants = async (
  context: Context,
  id: ConnectionId,
  accountId: AccountId | undefined,
): Promise<readonly Grant[]> => {
  await requireConnection(context, id);
  const grants = await listVisibleGrants(context.db, context.viewer, id);
  if (accountId === undefined) return grants;
  const wanted = grants.filter((grant) => grant.accountId === accountId);
  if (wanted.length > 0) return wanted;
  throw new UnknownAccount(`The connection does not read the account ${accountId}.`, {
    nextStep: { action: 'list_accounts', connectionId: id, text: 'List its accounts.' },
  });
};

export interface ReportAccount {
  readonly account: Account;
  readonly range: DayRange;
}

const rangeFor = (today: Day, { from, to }: ReportOptions): DayRange => {
  const last = to ?? addDays(today, -1);
  const lastDay = parseDay(last);
  // A last day that cannot be read is refused below, with its sentence.
  const first = from ?? (lastDay === undefined ? last : addDays(lastDay, 1 - USUAL_DAYS));
  const checked = checkRange({ from: first, to: last }, today);
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  return checked.range;
};

/** The accounts that a report is about, each with its days by its own zone. */
export const reportAccounts = async (
  context: Context,
  id: ConnectionId,
  options: ReportOptions,
): Promise<readonly ReportAccount[]> => {
  const wanted = await chosenGrants(context, id, options.accountId);
  const accounts = await Promise.all(
    wanted.map(({ accountId }) => getVisibleAccount(context.db, context.viewer, accountId)),
  );
  return accounts
    .filter((account) => account !== undefined)
    .map((account) => ({ account, range: rangeFor(todayOf(account, context.now()), options) }));
};
