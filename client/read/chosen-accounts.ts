import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { checkRange } from '../../domain/range.js';
import { type Account, getAccount } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { type Context, requireConnection } from '../context.js';
import { InvalidRange } from '../errors/invalid-range.js';
import { UnknownAccount } from '../errors/unknown-account.js';
import { todayOf } from './connections.js';

/** X changes a day for thirty days, so that is how far a look at what moved goes by itself. */
const USUAL_DAYS = 30;

export interface DaysAndAccount {
  /** (Default: all that the connection reads) */
  readonly accountId?: AccountId | undefined;
  /** (Default: 29 days before the last day) */
  readonly from?: string | undefined;
  /** (Default: yesterday in the account's zone) */
  readonly to?: string | undefined;
}

export interface ChosenAccount {
  readonly account: Account;
  readonly range: DayRange;
}

const usualFirst = (last: string): string =>
  Number.isNaN(Date.parse(`${last}T00:00:00Z`)) ? last : addDays(last as Day, 1 - USUAL_DAYS);

const rangeFor = (today: Day, { from, to }: DaysAndAccount): DayRange => {
  const last = to ?? addDays(today, -1);
  // A last day that cannot be read is refused below, with its sentence.
  const first = from ?? (/^\d{4}-\d{2}-\d{2}$/.test(last) ? usualFirst(last) : last);
  const checked = checkRange({ from: first, to: last }, today);
  if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  return checked.range;
};

/** The accounts of a connection that are asked about, each with the days by its own zone. */
export const chosenAccounts = async (
  context: Context,
  id: ConnectionId,
  options: DaysAndAccount,
): Promise<readonly ChosenAccount[]> => {
  await requireConnection(context, id);
  const grants = await listGrants(context.db, id);
  const wanted = grants.filter(({ accountId }) => options.accountId === undefined || accountId === options.accountId);
  if (wanted.length === 0 && options.accountId !== undefined) {
    throw new UnknownAccount(`The connection does not read the account ${options.accountId}.`, {
      nextStep: 'List its accounts with `xads accounts`.',
    });
  }
  const accounts = await Promise.all(wanted.map(({ accountId }) => getAccount(context.db, accountId)));
  return accounts
    .filter((account) => account !== undefined)
    .map((account) => ({ account, range: rangeFor(todayOf(account, context.now()), options) }));
};
