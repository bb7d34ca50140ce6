/** A calendar day in the account's time zone, `YYYY-MM-DD`. */
export type Day = string & { readonly __day: unique symbol };
/** An IANA time zone name. */
export type Zone = string;
/** An instant, ISO 8601 in UTC, such as `2026-02-28T10:00:00Z`. */
export type Instant = string;
/** A period in which an account's days are cut in one zone. */
export interface ZonePeriod {
  readonly zone: Zone;
  /** The instant at which it begins; null: it has no beginning. */
  readonly since: Instant | null;
  /** The first day that is cut in this zone; null: it has no beginning. */
  readonly firstDay: Day | null;
}
/** How time is cut into days: one zone, or the zones that an account has had, oldest first (`zones.ts`). */
export type Zones = Zone | readonly ZonePeriod[];
/** An inclusive range of days. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MILLIS_PER_DAY = 86_400_000;
/** Entries of one memory, so that the memory of a worker is bounded. */
const MAX_REMEMBERED = 50_000;

/** Reads `YYYY-MM-DD`; `undefined` when it is not a day of the calendar. */
export const parseDay = (text: string): Day | undefined => {
  if (!DAY.test(text)) return undefined;
  const millis = Date.parse(`${text}T00:00:00Z`);
  // Date.parse reads the 31st of February as the 3rd of March in some engines.
  return Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(text) ? undefined : (text as Day);
};

/** Memoizes what is asked for tens of thousands of times about a few hundred days. */
const rememberDays = <K, V>(compute: (key: K) => V): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const answer = compute(key);
    known.set(key, answer);
    return answer;
  };
};

/** Days since 1970-01-01 of the calendar: arithmetic on days is arithmetic on integers, free of zones. */
export const dayNumber = rememberDays((day: Day): number => Date.parse(`${day}T00:00:00Z`) / MILLIS_PER_DAY);
export const dayFromNumber = rememberDays(
  (n: number): Day => new Date(n * MILLIS_PER_DAY).toISOString().slice(0, 10) as Day,
);
export const addDays = (day: Day, days: number): Day => dayFromNumber(dayNumber(day) + days);
