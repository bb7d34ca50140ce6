import { addDays } from './calendar.js';
import { dayOf, endOfRange, isKnownZone, startOfDay } from './local-days.js';
import type { Day, DayRange, Instant, Zone, ZonePeriod } from './calendar.js';

/**
 * Accounts that switch their time zone. Days before the switch keep the old zone's midnights, also when they are read
 * again; days from the switch on have the new zone's. So the zone is a function of the day, and stored days never change
 * their bounds (docs/decisions/0012-the-zone-is-a-function-of-the-day.md). X has a data gap in the rest of the old zone's last day (docs/x-ads-api.md §8.2).
 */

/** An account's zone in X's answer. */
export interface ObservedZone {
  readonly zone: Zone;
  /** `timezone_switch_at`: a midnight of the zone. In an account that never switched it is at or before its creation. */
  readonly switchAt: Instant | null;
  readonly createdAt: Instant | null;
  /** X's now. */
  readonly observedAt: Instant;
}

/** X documents switches from this zone only; it is assumed for the time before we first saw the account. */
const X_OWN_ZONE = 'America/Los_Angeles';
const DAY_MS = 86_400_000;

const periodFrom = (zone: Zone, since: Instant): ZonePeriod => {
  const day = dayOf(since, zone);
  const isMidnight = Date.parse(startOfDay(day, zone)) === Date.parse(since);
  return { zone, since, firstDay: isMidnight ? day : addDays(day, 1) };
};

const always = (zone: Zone): ZonePeriod => ({ zone, since: null, firstDay: null });

/** One period without a beginning, unless X says that the account switched after its creation. */
const firstPeriods = ({ zone, switchAt, createdAt, observedAt }: ObservedZone): readonly ZonePeriod[] => {
  const moved =
    switchAt !== null &&
    createdAt !== null &&
    Date.parse(switchAt) > Date.parse(createdAt) + DAY_MS &&
    Date.parse(switchAt) <= Date.parse(observedAt);
  return moved && zone !== X_OWN_ZONE ? [always(X_OWN_ZONE), periodFrom(zone, switchAt)] : [always(zone)];
};

/**
 * The zones of an account after X has shown it again. Where X does not say when it switched, the new period begins on the
 * day on which the new zone was seen. A zone that this platform does not know is ignored: its days cannot be cut.
 */
export const zonesAfter = (known: readonly ZonePeriod[], observed: ObservedZone): readonly ZonePeriod[] => {
  if (!isKnownZone(observed.zone)) return known;
  const last = known.at(-1);
  if (!last) return firstPeriods(observed);
  if (last.zone === observed.zone) return known;
  const [now, began] = [Date.parse(observed.observedAt), Date.parse(last.since ?? '0001-01-01T00:00:00Z')];
  const today = startOfDay(dayOf(observed.observedAt, observed.zone), observed.zone);
  const since = [observed.switchAt, today].find(
    (moment) => moment !== null && Date.parse(moment) <= now && Date.parse(moment) > began,
  );
  return [...known, periodFrom(observed.zone, since ?? observed.observedAt)];
};

/** A switch for people: the day that it makes irregular, and why. */
export interface Switch {
  readonly day: Day;
  readonly note: string;
}

const hours = (from: Instant, to: Instant): string => {
  const count = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return `${Number(count.toFixed(2))} hour${count === 1 ? '' : 's'}`;
};

/** The day that a switch to the east cuts short. */
const shortDay = (before: ZonePeriod, { since, firstDay }: ZonePeriod): Day | undefined => {
  if (since === null || firstDay === null) return undefined;
  const day = dayOf(since, before.zone);
  return day < firstDay && Date.parse(startOfDay(day, before.zone)) < Date.parse(since) ? day : undefined;
};

/** The switch between two consecutive periods. */
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
 * Splits a range where the zone changes. No job may cross a switch, because X does not document how it would count the
 * days. A day that the switch cuts short is a part of its own, so that X's refusal of it affects no other day.
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
