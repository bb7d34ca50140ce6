import { addDays, dayOf, endOfRange, isKnownZone, startOfDay } from './calendar.js';
import type { Day, DayRange, Instant, Zone, ZonePeriod } from './calendar.js';

/**
 * An account that switches its time zone. Days before the switch stay as the old zone cut them, and are asked for again
 * with its midnights; days from the switch on are the new zone's. So the zone is a function of the day, and what has
 * been stored is never cut anew. What the switch leaves of the old zone's last day is X's data gap (reference §8.2).
 */

/** What X says of an account's zone. */
export interface SeenZone {
  readonly zone: Zone;
  /** `timezone_switch_at`: a midnight of the zone. Of an account that never switched it lies before or at its creation. */
  readonly switchAt: Instant | null;
  readonly createdAt: Instant | null;
  /** X's now. */
  readonly observedAt: Instant;
}

/** X's documentation knows switches from this zone only; it is what we take for a time in which nobody had looked. */
const X_OWN_ZONE = 'America/Los_Angeles';
const DAY_MS = 86_400_000;

const periodFrom = (zone: Zone, since: Instant): ZonePeriod => {
  const day = dayOf(since, zone);
  const isMidnight = Date.parse(startOfDay(day, zone)) === Date.parse(since);
  return { zone, since, firstDay: isMidnight ? day : addDays(day, 1) };
};

const always = (zone: Zone): ZonePeriod => ({ zone, since: null, firstDay: null });

/** Since ever, unless X says that the account moved here after it was made. */
const firstPeriods = ({ zone, switchAt, createdAt, observedAt }: SeenZone): readonly ZonePeriod[] => {
  const moved =
    switchAt !== null &&
    createdAt !== null &&
    Date.parse(switchAt) > Date.parse(createdAt) + DAY_MS &&
    Date.parse(switchAt) <= Date.parse(observedAt);
  return moved && zone !== X_OWN_ZONE ? [always(X_OWN_ZONE), periodFrom(zone, switchAt)] : [always(zone)];
};

/**
 * The zones that an account has had, now that X has shown it again. Where X does not say since when, it is the day on
 * which the new zone was seen. A zone that this platform does not know is not taken up: its days cannot be cut.
 */
export const zonesAfter = (known: readonly ZonePeriod[], seen: SeenZone): readonly ZonePeriod[] => {
  if (!isKnownZone(seen.zone)) return known;
  const last = known.at(-1);
  if (!last) return firstPeriods(seen);
  if (last.zone === seen.zone) return known;
  const [now, began] = [Date.parse(seen.observedAt), Date.parse(last.since ?? '0001-01-01T00:00:00Z')];
  const today = startOfDay(dayOf(seen.observedAt, seen.zone), seen.zone);
  const since = [seen.switchAt, today].find(
    (moment) => moment !== null && Date.parse(moment) <= now && Date.parse(moment) > began,
  );
  return [...known, periodFrom(seen.zone, since ?? seen.observedAt)];
};

/** A switch as people meet it: the day that it makes odd, and why. */
export interface Switch {
  readonly day: Day;
  readonly note: string;
}

const hours = (from: Instant, to: Instant): string => {
  const count = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return `${Number(count.toFixed(2))} hour${count === 1 ? '' : 's'}`;
};

/** The day that a switch cuts short, where an account moves east. */
const shortDay = (before: ZonePeriod, { since, firstDay }: ZonePeriod): Day | undefined => {
  if (since === null || firstDay === null) return undefined;
  const day = dayOf(since, before.zone);
  return day < firstDay && Date.parse(startOfDay(day, before.zone)) < Date.parse(since) ? day : undefined;
};

/** What to say of the switch between two periods that follow each other. */
export const switchBetween = (before: ZonePeriod, after: ZonePeriod): Switch | undefined => {
  const { zone, since, firstDay } = after;
  if (since === null || firstDay === null) return undefined;
  const moved = `X moved the account from ${before.zone} to ${zone} at ${since}`;
  const short = shortDay(before, after);
  if (short !== undefined) {
    const lasted = hours(startOfDay(short, before.zone), since);
    return { day: short, note: `${moved}: this day ended then, after ${lasted}, and X has a data gap in it` };
  }
  const ended = endOfRange({ from: firstDay, to: addDays(firstDay, -1) }, before.zone);
  const gap = Date.parse(ended) < Date.parse(since) ? hours(ended, since) : undefined;
  const lost =
    gap === undefined ? 'no hour is missing' : `the ${gap} before it belong to no day, and X has a data gap there`;
  return { day: firstDay, note: `${moved}, with which this day began; ${lost}` };
};

/**
 * Cuts a range where the zone changes. No job may cross a switch, because nobody knows how X would count its days, and a
 * day that the switch cuts short goes alone, so that X's refusal of it would cost no other.
 */
export const cutAtSwitches = (range: DayRange, periods: readonly ZonePeriod[]): readonly DayRange[] => {
  const cuts = periods.flatMap((after, i) => {
    const before = periods[i - 1];
    return before && after.firstDay !== null ? [after.firstDay, shortDay(before, after) ?? after.firstDay] : [];
  });
  const starts = [...new Set([range.from, ...cuts.filter((day) => day > range.from && day <= range.to)])].toSorted();
  return starts.map((from, i) => {
    const next = starts[i + 1];
    return { from, to: next === undefined ? range.to : addDays(next, -1) };
  });
};
