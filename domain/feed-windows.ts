import { DateTime } from 'luxon';
import { RESTATED_DAYS } from './choice.js';
import { addDays, dayOf, endOfRange, startOfDay } from './calendar.js';
import type { Day, DayRange, Instant, Zones } from './calendar.js';

/** The time in which changes were recorded, as whole hours: what one `active_entities` call asks about. */
export interface AskWindow {
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

/** Windows end before their last moment, so at noon sharp the one that tells what is recorded at noon ends at one. */
const hourBeyond = (now: Instant): DateTime => hourBefore(now).plus({ hours: 1 });

/**
 * The windows that together tell everything that changed the days of a range: from the range's first midnight to thirty
 * days after its end, or to X's now. Whole hours, because X asks for them, even where midnight is at half past.
 */
export const askWindows = (range: DayRange, zones: Zones, now: Instant): readonly AskWindow[] => {
  const end = DateTime.min(hourAfter(startOfDay(addDays(range.to, 1 + RESTATED_DAYS), zones)), hourBeyond(now));
  const windows: AskWindow[] = [];
  let from = hourBefore(startOfDay(range.from, zones));
  while (from < end) {
    const to = DateTime.min(from.plus({ days: MAX_WINDOW_DAYS }), end);
    windows.push({ from: iso(from), to: iso(to) });
    from = to;
  }
  return windows;
};

/** A time of which stored asks have told everything that was recorded in it. */
export interface Told {
  readonly from: Instant;
  readonly until: Instant;
}

/** An answer says nothing of what was recorded after it, and little of its last two hours: those are asked again. */
export const OVERLAP_HOURS = 2;

/**
 * What a daily sync still has to ask, so that the stored asks together tell everything that was recorded since the first
 * day began: usually the time since the last ask, and any hole that was left, however it arose.
 */
export const missingWindows = (first: Day, zones: Zones, now: Instant, told: readonly Told[]): readonly AskWindow[] => {
  const windows: AskWindow[] = [];
  const end = hourBeyond(now);
  let from = hourBefore(startOfDay(first, zones));
  const add = (to: DateTime): void => {
    while (from < to) {
      const part = DateTime.min(from.plus({ days: MAX_WINDOW_DAYS }), to);
      windows.push({ from: iso(from), to: iso(part) });
      from = part;
    }
  };
  for (const part of told.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const until = DateTime.fromISO(part.until, { zone: 'utc' });
    if (until <= from) continue;
    const begins = DateTime.fromISO(part.from, { zone: 'utc' });
    if (begins > from) add(DateTime.min(begins, end));
    from = DateTime.max(from, until);
  }
  add(end);
  return windows;
};

/** The local days that an activity interval touches; its end is exclusive. Never clamped to the window it came in. */
export const activeDays = (from: Instant, to: Instant, zones: Zones): DayRange => {
  const first = dayOf(from, zones);
  const lastMoment = new Date(Date.parse(to) - 1_000).toISOString();
  const last = dayOf(lastMoment, zones);
  return { from: first, to: last < first ? first : last };
};

/** The bounds of a stats job over whole local days, each with its own date's offset. */
export const statsBounds = (range: DayRange, zones: Zones): { start: Instant; end: Instant } => ({
  start: startOfDay(range.from, zones),
  end: endOfRange(range, zones),
});

/** The last day that is due at X's now: every day up to the local date less the wait (design §2). */
export const lastDueDay = (now: Instant, zones: Zones, wait: number) => addDays(dayOf(now, zones), -wait);

/** What decides which days of an account should have landed. */
export interface Awaited {
  /** The first day that somebody wants. */
  readonly from: Day;
  /** Of the account; null where X does not tell it. */
  readonly createdAt: Instant | null;
  readonly zones: Zones;
  /** In days. */
  readonly wait: number;
}

/** The days that should have landed at X's now. They end before they begin while none of them is due. */
export const dueDays = ({ from, createdAt, zones, wait }: Awaited, now: Instant): DayRange => {
  const created = createdAt === null ? from : dayOf(createdAt, zones);
  return { from: created > from ? created : from, to: lastDueDay(now, zones, wait) };
};
