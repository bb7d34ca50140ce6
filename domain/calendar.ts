import { DateTime } from 'luxon';

/** A calendar day in the account's time zone, `YYYY-MM-DD`. */
export type Day = string & { readonly __day: unique symbol };
/** An IANA time zone name. */
export type Zone = string;
/** An instant, ISO 8601 in UTC. */
export type Instant = string;
/** An inclusive range of days. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MILLIS_PER_DAY = 86_400_000;

/** Reads `YYYY-MM-DD`; `undefined` when it is not a day of the calendar. */
export const parseDay = (text: string): Day | undefined => {
  if (!DAY.test(text)) return undefined;
  const millis = Date.parse(`${text}T00:00:00Z`);
  // Date.parse reads the 31st of February as the 3rd of March in some engines.
  return Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(text) ? undefined : (text as Day);
};

/** Days since 1970-01-01 of the calendar: arithmetic on days is arithmetic on integers, free of zones. */
export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / MILLIS_PER_DAY;
export const dayFromNumber = (n: number): Day => new Date(n * MILLIS_PER_DAY).toISOString().slice(0, 10) as Day;
export const addDays = (day: Day, days: number): Day => dayFromNumber(dayNumber(day) + days);
/** The days from `from` to `to`, both included. */
export const countDays = ({ from, to }: DayRange): number => dayNumber(to) - dayNumber(from) + 1;

/** The local calendar day of an instant. */
export const dayOf = (instant: Instant, zone: Zone): Day => {
  const day = DateTime.fromISO(instant, { zone }).toISODate();
  if (day === null) throw new RangeError(`no day for ${instant} in the zone ${zone}`);
  return day as Day;
};

/**
 * The instant at which a local day begins, with that date's own offset (X validates bounds so, reference §8.2).
 * Where the clock skips midnight the day begins at the first instant that exists.
 */
export const startOfDay = (day: Day, zone: Zone): Instant => {
  const start = DateTime.fromISO(day, { zone }).startOf('day');
  if (!start.isValid) throw new RangeError(`the zone ${zone} is not known to this platform`);
  return `${start.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
};

/** Midnight that ends the last day of a range: X's `end_time` is exclusive. */
export const endOfRange = (range: DayRange, zone: Zone): Instant => startOfDay(addDays(range.to, 1), zone);

export const isKnownZone = (zone: Zone): boolean => DateTime.local({ zone }).isValid;
