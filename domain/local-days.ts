import { DateTime } from 'luxon';
import { addDays, type Day, type DayRange, type Instant, type Zone, type ZonePeriod, type Zones } from './calendar.js';

/* The days of a zone: where each begins and ends. Apart from the calendar, so that a command line's help loads no zones. */

/** Entries of one memory, so that the memory of a worker is bounded. */
const MAX_REMEMBERED = 50_000;

/** The last period for which `hasBegun` holds, and the one that ends it. */
const periodWhere = (zones: Zones, hasBegun: (period: ZonePeriod) => boolean): { zone: Zone; next?: ZonePeriod } => {
  if (typeof zones === 'string') return { zone: zones };
  const index = Math.max(0, zones.findLastIndex(hasBegun));
  const [period, next] = zones.slice(index);
  if (!period) throw new RangeError('the time zone of the account is not known to this platform');
  return { zone: period.zone, ...(next ? { next } : {}) };
};

/** Memoizes a function of a zone, whose results never change: one call of the library costs more than planning an ad. */
const remember = <K, V>(compute: (key: K, zone: Zone) => V): ((key: K, zone: Zone) => V) => {
  const known = new Map<Zone, Map<K, V>>();
  let size = 0;
  return (key, zone) => {
    const found = known.get(zone)?.get(key);
    if (found !== undefined) return found;
    const answer = compute(key, zone);
    if (size >= MAX_REMEMBERED) {
      known.clear();
      size = 0;
    }
    const ofZone = known.get(zone) ?? new Map<K, V>();
    known.set(zone, ofZone.set(key, answer));
    size += 1;
    return answer;
  };
};

const localDay = (millis: number, zone: Zone): Day | null =>
  DateTime.fromMillis(millis, { zone }).toISODate() as Day | null;

const QUARTER_MILLIS = 900_000;

/** The local day of a quarter of an hour, counted from 1970; null where it has two, or the zone is unknown. */
const dayOfQuarter = remember((quarter: number, zone): Day | null => {
  const first = localDay(quarter * QUARTER_MILLIS, zone);
  return first === localDay((quarter + 1) * QUARTER_MILLIS - 1, zone) ? first : null;
});

/** The local calendar day of an instant. Hours that a zone switch leaves between two days count to the later one. */
export const dayOf = (instant: Instant, zones: Zones): Day => {
  const { zone, next } = periodWhere(zones, ({ since }) => since === null || Date.parse(since) <= Date.parse(instant));
  const millis = Date.parse(instant);
  const day = dayOfQuarter(Math.floor(millis / QUARTER_MILLIS), zone) ?? localDay(millis, zone);
  if (day === null) throw new RangeError(`no day for ${instant} in the zone ${zone}`);
  return next?.firstDay && day > next.firstDay ? next.firstDay : day;
};

const localMidnight = remember((day: Day, zone): Instant => {
  // Where the clock goes back over midnight it is midnight twice, and the day begins with the first.
  const [start] = DateTime.fromISO(day, { zone }).startOf('day').getPossibleOffsets();
  if (!start?.isValid) throw new RangeError(`the zone ${zone} is not known to this platform`);
  return `${start.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
});

/** No day of a zone extends beyond the switch that ends its period. */
const notAfter = (instant: Instant, next: ZonePeriod | undefined): Instant =>
  next?.since && Date.parse(instant) > Date.parse(next.since) ? next.since : instant;

/**
 * The instant at which a local day begins, with that date's own offset (X validates bounds so, docs/x-ads-api.md §8.2).
 * Where the clock skips midnight the day begins at the first instant that exists; where midnight comes twice, at the first.
 */
export const startOfDay = (day: Day, zones: Zones): Instant => {
  const { zone, next } = periodWhere(zones, ({ firstDay }) => firstDay === null || firstDay <= day);
  return notAfter(localMidnight(day, zone), next);
};

/**
 * The midnight that ends the last day of a range: X's `end_time` is exclusive. The next day begins there, except where the
 * account moved west: then the hours between belong to no day.
 */
export const endOfRange = ({ to }: DayRange, zones: Zones): Instant => {
  const { zone, next } = periodWhere(zones, ({ firstDay }) => firstDay === null || firstDay <= to);
  return notAfter(localMidnight(addDays(to, 1), zone), next);
};

/** The bounds of a stats job over whole local days, each with its own date's offset. */
export const statsBounds = (range: DayRange, zones: Zones): { start: Instant; end: Instant } => ({
  start: startOfDay(range.from, zones),
  end: endOfRange(range, zones),
});

export const isKnownZone = (zone: Zone): boolean => DateTime.local({ zone }).isValid;
