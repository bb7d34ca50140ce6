import { DateTime } from 'luxon';
import { addDays, dayOf, endOfRange, startOfDay } from './calendar.js';
import type { DayRange, Instant, Zone } from './calendar.js';

/** The time in which changes were recorded, as whole hours: what one `active_entities` call asks about. */
export interface AskWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** X restates a day for thirty days; later nothing moves (reference §10.2). */
export const RESTATED_DAYS = 30;
const MAX_WINDOW_DAYS = 90;

const iso = (time: DateTime): Instant => `${time.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
const hourBefore = (instant: Instant): DateTime => DateTime.fromISO(instant, { zone: 'utc' }).startOf('hour');
const hourAfter = (instant: Instant): DateTime => {
  const hour = hourBefore(instant);
  return hour.toMillis() === DateTime.fromISO(instant).toMillis() ? hour : hour.plus({ hours: 1 });
};

/**
 * The windows that together tell everything that changed the days of a range: from the range's first midnight to thirty
 * days after its end, or to X's now. Whole hours, because X asks for them, even where midnight is at half past.
 */
export const askWindows = (range: DayRange, zone: Zone, now: Instant): readonly AskWindow[] => {
  const end = DateTime.min(hourAfter(startOfDay(addDays(range.to, 1 + RESTATED_DAYS), zone)), hourAfter(now));
  const windows: AskWindow[] = [];
  let from = hourBefore(startOfDay(range.from, zone));
  while (from < end) {
    const to = DateTime.min(from.plus({ days: MAX_WINDOW_DAYS }), end);
    windows.push({ from: iso(from), to: iso(to) });
    from = to;
  }
  return windows;
};

/** The local days that an activity interval touches; its end is exclusive. Never clamped to the window it came in. */
export const activeDays = (from: Instant, to: Instant, zone: Zone): DayRange => {
  const first = dayOf(from, zone);
  const lastMoment = iso(DateTime.fromISO(to).minus({ seconds: 1 }));
  const last = dayOf(lastMoment, zone);
  return { from: first, to: last < first ? first : last };
};

/** The bounds of a stats job over whole local days, each with its own date's offset. */
export const statsBounds = (range: DayRange, zone: Zone): { start: Instant; end: Instant } => ({
  start: startOfDay(range.from, zone),
  end: endOfRange(range, zone),
});

/** The last day that is due at X's now: every day up to the local date less the wait (design §2). */
export const lastDueDay = (now: Instant, zone: Zone, wait: number) => addDays(dayOf(now, zone), -wait);
