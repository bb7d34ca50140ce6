import { DateTime } from 'luxon';
import { addDays } from './calendar.js';
import { dayOf, startOfDay } from './local-days.js';
import type { Day, DayRange, Instant, Zones } from './calendar.js';
import { RESTATED_DAYS } from './choice.js';

/**
 * Windows of X's change feed (`active_entities`). A window is a time in which changes were recorded, half-open
 * [from, to), in whole hours, at most 90 days long: one call asks about one window (docs/x-ads-api.md §10.1).
 */
export interface FeedWindow {
  readonly from: Instant;
  readonly to: Instant;
}

const MAX_WINDOW_DAYS = 90;

const iso = (time: DateTime): Instant => `${time.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
const hourBefore = (instant: Instant): DateTime => DateTime.fromISO(instant, { zone: 'utc' }).startOf('hour');
const hourAfter = (instant: Instant): DateTime => {
  const hour = hourBefore(instant);
  return hour.toMillis() === DateTime.fromISO(instant).toMillis() ? hour : hour.plus({ hours: 1 });
};

/** Windows are half-open: to include an activity recorded at 12:00 the window must end at 13:00. */
const hourBeyond = (now: Instant): DateTime => hourBefore(now).plus({ hours: 1 });

/**
 * The windows in which every change of the days of a range was recorded: from the range's first midnight to thirty days
 * after its end, or to X's now. X wants whole hours, also for accounts whose midnight is at half past.
 */
export const feedWindows = (range: DayRange, zones: Zones, now: Instant): readonly FeedWindow[] => {
  const end = DateTime.min(hourAfter(startOfDay(addDays(range.to, 1 + RESTATED_DAYS), zones)), hourBeyond(now));
  const windows: FeedWindow[] = [];
  let from = hourBefore(startOfDay(range.from, zones));
  while (from < end) {
    const to = DateTime.min(from.plus({ days: MAX_WINDOW_DAYS }), end);
    windows.push({ from: iso(from), to: iso(to) });
    from = to;
  }
  return windows;
};

/** A time for which stored answers hold everything that was recorded in it. */
export interface CoveredTime {
  readonly from: Instant;
  readonly until: Instant;
}

/** An answer lacks what was recorded after it, and part of its last two hours: those are asked again. */
export const OVERLAP_HOURS = 2;

/**
 * The windows that a daily sync must still ask, so that the stored answers hold everything recorded since the first day
 * began: usually the time since the last answer, and any gap that was left before it.
 */
export const missingWindows = (
  first: Day,
  zones: Zones,
  now: Instant,
  covered: readonly CoveredTime[],
): readonly FeedWindow[] => {
  const windows: FeedWindow[] = [];
  const end = hourBeyond(now);
  let from = hourBefore(startOfDay(first, zones));
  const add = (to: DateTime): void => {
    while (from < to) {
      const part = DateTime.min(from.plus({ days: MAX_WINDOW_DAYS }), to);
      windows.push({ from: iso(from), to: iso(part) });
      from = part;
    }
  };
  for (const part of covered.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const until = DateTime.fromISO(part.until, { zone: 'utc' });
    if (until <= from) continue;
    const begins = DateTime.fromISO(part.from, { zone: 'utc' });
    if (begins > from) add(DateTime.min(begins, end));
    from = DateTime.max(from, until);
  }
  add(end);
  return windows;
};

/** The local days that an activity interval [from, to) touches. Not clipped to the window in which it was recorded. */
export const activeDays = (from: Instant, to: Instant, zones: Zones): DayRange => {
  const first = dayOf(from, zones);
  const lastMoment = new Date(Date.parse(to) - 1_000).toISOString();
  const last = dayOf(lastMoment, zones);
  return { from: first, to: last < first ? first : last };
};
