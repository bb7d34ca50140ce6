import { addDays } from './calendar.js';
import { startOfDay } from './local-days.js';
import type { Day, DayRange, Instant, ZonePeriod } from './calendar.js';
import type { GrantStatus, WaitDays } from './connection.js';
import { clip, countDays, joinRanges, subtractRanges } from './day-ranges.js';
import { dueDays } from './due.js';

/** An account that a connection reads, with the days of it that lack nothing that X gives. */
export interface ProgressTerms {
  readonly status: GrantStatus;
  readonly wait: WaitDays;
  /** `HH:MM` in the account's time. */
  readonly dailyAt: string;
  /** The first day that the connection wants. */
  readonly from: Day;
  readonly grantedAt: Instant;
  readonly accountCreatedAt: Instant | null;
  readonly zones: readonly ZonePeriod[];
  readonly done: readonly DayRange[];
}

/** How many days of an account are due, and how many of them are done. */
export interface AccountProgress {
  readonly due: number;
  readonly complete: number;
  /** The first due day. */
  readonly from?: Day;
  /** From this day on up to the last due day nothing is missing. */
  readonly usableFrom?: Day;
  readonly lastImported?: Day;
  /** The oldest due day that is not done, and when its sync was due. */
  readonly open?: { readonly day: Day; readonly since: Instant };
}

const MINUTE_MS = 60_000;

/** When the daily sync that reads a day first is due. */
const syncDue = (day: Day, { wait, dailyAt, zones, grantedAt }: ProgressTerms): Instant => {
  const [hours = 0, minutes = 0] = dailyAt.split(':').map(Number);
  const at = Date.parse(startOfDay(addDays(day, wait), zones)) + (hours * 60 + minutes) * MINUTE_MS;
  return new Date(Math.max(at, Date.parse(grantedAt))).toISOString();
};

/**
 * The progress of an account in days. The last day is due once the time of its sync has come, or as soon as it is done; while
 * the history is imported, all that is over is due.
 */
export const accountProgress = (terms: ProgressTerms, now: Instant): AccountProgress => {
  const { zones, from, accountCreatedAt, wait, status } = terms;
  if (zones.length === 0) return { due: 0, complete: 0 };
  const wanted = dueDays({ from, createdAt: accountCreatedAt, zones, wait }, now);
  const last = wanted.to;
  const isDone = (day: Day): boolean => terms.done.some((range) => range.from <= day && day <= range.to);
  const isDue = status === 'backfilling' || isDone(last) || Date.parse(syncDue(last, terms)) <= Date.parse(now);
  const due = { from: wanted.from, to: isDue ? last : addDays(last, -1) };
  if (due.to < due.from) return { due: 0, complete: 0, from: due.from };
  const done = joinRanges(terms.done.flatMap((range) => clip(range, due) ?? []));
  const [oldest] = subtractRanges([due], done);
  const newest = done.at(-1);
  return {
    due: countDays(due),
    complete: done.reduce((days, range) => days + countDays(range), 0),
    from: due.from,
    ...(newest?.to === due.to ? { usableFrom: newest.from } : {}),
    ...(newest === undefined ? {} : { lastImported: newest.to }),
    ...(oldest === undefined ? {} : { open: { day: oldest.from, since: syncDue(oldest.from, terms) } }),
  };
};
