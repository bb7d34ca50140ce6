import pLimit from 'p-limit';
import type { AccountId } from '../domain/ids.js';
import { type AccountDays, countCoverage } from '../store/reports/account-days.js';
import type { Db } from '../store/pool.js';

/** Counts of days that are under way, shared by all who wait for them. */
export interface DayCounts {
  /** The days of the accounts that were counted within so many milliseconds; the others go on being counted. */
  read(db: Db, accountIds: readonly AccountId[], withinMs: number): Promise<ReadonlyMap<AccountId, AccountDays>>;
}

/** Counting is work for a processor of Postgres, and others need some, too. */
const AT_ONCE = 2;

export const createDayCounts = (): DayCounts => {
  const underWay = new Map<AccountId, Promise<AccountDays | undefined>>();
  const limit = pLimit(AT_ONCE);
  const count = (db: Db, accountId: AccountId): Promise<AccountDays | undefined> => {
    const known = underWay.get(accountId);
    if (known !== undefined) return known;
    const next = limit(() => countCoverage(db, accountId))
      // Whoever lists connections sees the count before; the next caller counts again.
      .catch(() => undefined)
      .finally(() => underWay.delete(accountId));
    underWay.set(accountId, next);
    return next;
  };
  return {
    read: async (db, accountIds, withinMs) => {
      const counted = new Map<AccountId, AccountDays>();
      const all = Promise.all(
        accountIds.map(async (accountId) => {
          const days = await count(db, accountId);
          if (days !== undefined) counted.set(accountId, days);
        }),
      );
      let timer: NodeJS.Timeout | undefined;
      const passed = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      await Promise.race([all, passed]);
      clearTimeout(timer);
      return new Map(counted);
    },
  };
};
