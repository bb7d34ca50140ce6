import { DateTime } from 'luxon';
import { addDays } from './calendar.js';
import type { Day, Instant, Zone } from './calendar.js';

/*
 * A local time that the clock skips when summer time begins does not exist on that day, and Temporal's schedules leave the
 * day out. The next sync would import the day, but a day late. So the schedule runs at the first time after the jump.
 */

/** More than a year: a zone changes its clocks every year at about the same time, if at all. */
const LOOK_AHEAD_DAYS = 400;
const MINUTES_PER_DAY = 1_440;

const minutesOf = (at: string): number => {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  return hour * 60 + minute;
};

const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

const exists = (day: Day, minutes: number, zone: Zone): boolean => {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  const local = DateTime.fromISO(`${day}T${timeOf(minutes)}`, { zone });
  return local.hour === hour && local.minute === minute;
};

/** A day on which the clock skips a time, and the local times `HH:MM` between which it jumps. */
export interface SkippedTime {
  readonly day: Day;
  readonly from: string;
  readonly to: string;
}

const offsetAt = (day: Day, zone: Zone): number => DateTime.fromISO(day, { zone }).offset;

const WEEK = 7;

/** The days of the weeks in which the zone changes its clocks: checking every day of a year would be slow. */
function* daysOfChange(zone: Zone, today: Day): Generator<Day> {
  let before = offsetAt(today, zone);
  for (let week = 0; week < LOOK_AHEAD_DAYS; week += WEEK) {
    const first = addDays(today, week);
    const after = offsetAt(addDays(first, WEEK), zone);
    const isSame = before === after;
    before = after;
    if (isSame) continue;
    for (let day = 0; day < WEEK; day += 1) yield addDays(first, day);
  }
}

/** The next day on which a local time does not exist in a zone, if there is one within 400 days. */
export const skippedTime = (at: string, zone: Zone, today: Day): SkippedTime | undefined => {
  const wanted = minutesOf(at);
  for (const day of daysOfChange(zone, today)) {
    if (exists(day, wanted, zone)) continue;
    let from = wanted;
    while (from > 0 && !exists(day, from - 1, zone)) from -= 1;
    let to = wanted;
    while (to < MINUTES_PER_DAY - 1 && !exists(day, to, zone)) to += 1;
    return { day, from: timeOf(from), to: timeOf(to) };
  }
  return undefined;
};

/**
 * The time of an account's daily schedule: as chosen, or, where its zone skips that time on some day, the first time after
 * the jump, every day. `timeNote` says so in the Temporal UI.
 */
export const scheduleTime = (
  at: string,
  zone: Zone,
  today: Day,
): { readonly at: string; readonly timeNote?: string } => {
  const skipped = skippedTime(at, zone, today);
  return skipped
    ? { at: skipped.to, timeNote: `chosen was ${at}, which does not exist on ${skipped.day} in ${zone}` }
    : { at };
};

/** The schedule delays a sync by up to this much, so that the syncs of one zone do not all begin at once. */
export const JITTER_MINUTES = 10;

/**
 * Would today have no sync when the daily time is changed now, because the new time has passed and the old one has not
 * come? Then a sync is due at once.
 */
export const missesToday = (before: string, after: string, zone: Zone, now: Instant): boolean => {
  const local = minutesOf(DateTime.fromISO(now, { zone }).toFormat('HH:mm'));
  return before !== after && minutesOf(after) <= local && local < minutesOf(before) + JITTER_MINUTES;
};
