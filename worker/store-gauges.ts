import { setTimeout as sleep } from 'node:timers/promises';
import { dueDays } from '../domain/due.js';
import { addDays, type Day, type DayRange, type Zones } from '../domain/calendar.js';
import { startOfDay } from '../domain/local-days.js';
import type { AccountId } from '../domain/ids.js';
import { daysByCoverage, totals, watchedAccounts } from '../store/reports/gauges.js';
import type { DaysByCoverage, WatchedAccount } from '../store/reports/gauges.js';
import type { Db } from '../store/pool.js';
import type { Gauges } from './prometheus.js';

export interface StoreGaugesOptions {
  readonly db: Db;
  readonly gauges: Gauges;
  /** Milliseconds since 1970. (Default: this machine's clock) */
  readonly clock?: () => number;
  /** Older values are read again. (Default: 60 seconds) */
  readonly maxAgeMs?: number;
  /**
   * How long one round may read coverage, the costly part; the next round starts with the accounts that this one did
   * not reach. (Default: 3 seconds)
   */
  readonly budgetMs?: number;
}

export interface StoreGauges {
  /** Updates the gauges if they are old. Never throws: when Postgres cannot be read, their age grows. */
  refresh(): Promise<void>;
}

/** Scrapers give up after about ten seconds. */
const TIMEOUT_MS = 5_000;

interface Coverage {
  readonly readAt: number;
  readonly standings: readonly DaysByCoverage[];
  /** The first day that should have landed. */
  readonly from: Day;
}

/** The days that should have landed; undefined when none is due. */
const dueRange = (account: WatchedAccount, now: number): DayRange | undefined => {
  if (account.zones.length === 0) return undefined;
  const range = dueDays(account, new Date(now).toISOString());
  return range.from <= range.to ? range : undefined;
};

/** Whether the day has all that X can answer: what X's statistics refuse will never come. */
const isDone = ({ coverage }: DaysByCoverage): boolean => coverage === 'green' || coverage === 'unavailable';

/**
 * Seconds since the end of the newest done day in the account's zone; if none is done, since the start of the first.
 */
const freshnessOf = ({ standings, from }: Coverage, zones: Zones, now: number): number => {
  const newest = standings
    .filter(isDone)
    .map(({ newest: day }) => day)
    .toSorted()
    .at(-1);
  const since = startOfDay(newest === undefined ? from : addDays(newest, 1), zones);
  return Math.max(0, (now - Date.parse(since)) / 1_000);
};

export const createStoreGauges = ({
  db,
  gauges,
  clock = Date.now,
  maxAgeMs = 60_000,
  budgetMs = 3_000,
}: StoreGaugesOptions): StoreGauges => {
  const coverage = new Map<AccountId, Coverage>();
  const started = clock();
  let readAt: number | undefined;
  let reading: Promise<void> | undefined;

  const lastRead = ({ accountId }: WatchedAccount): number => coverage.get(accountId)?.readAt ?? 0;

  const readCoverage = async (accounts: readonly WatchedAccount[]): Promise<void> => {
    const watched = new Set(accounts.map(({ accountId }) => accountId));
    for (const accountId of coverage.keys()) if (!watched.has(accountId)) coverage.delete(accountId);
    const until = performance.now() + budgetMs;
    for (const account of accounts.toSorted((one, other) => lastRead(one) - lastRead(other))) {
      const range = dueRange(account, clock());
      if (range === undefined) {
        coverage.delete(account.accountId);
        continue;
      }
      if (performance.now() > until) return;
      const standings = await daysByCoverage(db, { accountId: account.accountId, ...range });
      coverage.set(account.accountId, { readAt: clock(), standings, from: range.from });
    }
  };

  const show = (accounts: readonly WatchedAccount[]): void => {
    // Accounts that are no longer watched disappear.
    const { freshness, sinceRun, notGreen, restated, feedMissed, openJobs, standstill } = gauges;
    for (const gauge of [freshness, sinceRun, notGreen, restated, feedMissed, openJobs, standstill]) gauge.reset();
    for (const account of accounts) {
      const { accountId, zones } = account;
      const labels = { account_id: accountId };
      sinceRun.set(labels, account.sinceRunSeconds);
      openJobs.set(labels, account.openJobs);
      standstill.set(labels, account.standstillSeconds);
      for (const { currency, micros } of account.restated)
        restated.set({ ...labels, currency: currency ?? 'unknown' }, micros);
      feedMissed.set(labels, account.feedMissed);
      const known = coverage.get(accountId);
      if (known === undefined) continue;
      freshness.set(labels, freshnessOf(known, zones, clock()));
      const lacking = known.standings.filter((each) => each.coverage !== 'green');
      // Zeros are set as well: without them, an alert on the series never ends.
      notGreen.set({ ...labels, standing: 'missing' }, 0);
      for (const { coverage: standing, days } of lacking) notGreen.set({ ...labels, standing }, days);
    }
  };

  const read = async (): Promise<void> => {
    const [accounts, { credentialsRejected, notificationsUnsent }] = await Promise.all([
      watchedAccounts(db),
      totals(db),
    ]);
    await readCoverage(accounts);
    show(accounts);
    gauges.credentialsRejected.set(credentialsRejected);
    gauges.notificationsUnsent.set(notificationsUnsent);
    readAt = clock();
  };

  return {
    async refresh() {
      if (readAt === undefined || clock() - readAt >= maxAgeMs) {
        reading ??= read()
          .catch(() => undefined)
          .finally(() => (reading = undefined));
        const timeout = new AbortController();
        await Promise.race([reading, sleep(TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
        timeout.abort();
      }
      gauges.storeAge.set((clock() - (readAt ?? started)) / 1_000);
    },
  };
};
