import { type Day, type Instant } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { Account } from '../../store/account/accounts.js';

type Clocked = Pick<Account, 'zones' | 'observedAt'>;

/** The later of X's clock, when X last spoke of the account, and ours: what X has begun is not in the future. */
export const latestClock = ({ observedAt }: Pick<Account, 'observedAt'>, now: Date): Instant =>
  Date.parse(observedAt) > now.getTime() ? observedAt : now.toISOString();

/** Today for an account, by its own zone. */
export const todayOf = (account: Clocked, now: Date): Day => dayOf(latestClock(account, now), account.zones);

/** The latest local day among the accounts whose zone is known; with none, the latest on earth. */
export const latestToday = (accounts: readonly Clocked[], now: Date): Day => {
  const days = accounts
    .filter(({ zones }) => zones.length > 0)
    .map((account) => todayOf(account, now))
    .toSorted();
  return days.at(-1) ?? dayOf(now.toISOString(), 'Pacific/Kiritimati');
};
