import { DateTime } from 'luxon';
import { addDays } from './calendar.js';
import type { Day, Instant, Zone } from './calendar.js';

/*
 * A local time that the clock skips when summer begins does not exist on that day, and Temporal's schedules leave such a
 * day out. Nothing would be lost, because the next sync imports every due day, but it would come a day late.
 */

/** A year and a bit: every zone changes its clocks at the same time of year, if at all. */
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

/** A day on which the clock skips a time, and between which times it jumps. */
export interface SkippedTime {
  readonly day: Day;
  readonly from: string;
  readonly to: string;
}

const offsetAt = (day: Day, zone: Zone): number => DateTime.fromISO(day, { zone }).offset;

const WEEK = 7;

/** The days of the weeks in which the zone changes its clocks: looking at every day of a year would take its time. */
function* daysOfChange(zone: Zone, today: Day): Generator<Day> {
  for (let week = 0; week < LOOK_AHEAD_DAYS; week += WEEK) {
    const first = addDays(today, week);
    if (offsetAt(first, zone) === offsetAt(addDays(first, WEEK), zone)) continue;
    for (let day = 0; day < WEEK; day += 1) yield addDays(first, day);
  }
}

/** The next day on which a local time does not exist in a zone, if there is one. */
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

/** Why a daily time cannot be chosen for an account in this zone, and what to choose instead. */
export const whySkipped = (at: string, zone: Zone, today: Day): string | undefined => {
  const skipped = skippedTime(at, zone, today);
  return (
    skipped &&
    `The daily time ${at} does not exist on ${skipped.day} in ${zone}, where clocks jump from ${skipped.from} to ${skipped.to}; choose ${skipped.to}, or a time before ${skipped.from}.`
  );
};

/**
 * The time at which the alarm of an account is set: as chosen, or, where its zone skips that time on some day, the first
 * one after the jump, every day. An account that appears later, or moves to another zone, cannot refuse the time.
 */
export const alarmTime = (at: string, zone: Zone, today: Day): { readonly at: string; readonly timeNote?: string } => {
  const skipped = skippedTime(at, zone, today);
  return skipped
    ? { at: skipped.to, timeNote: `chosen was ${at}, which does not exist on ${skipped.day} in ${zone}` }
    : { at };
};

/** As long as the schedule may hold a sync back, so that those of one zone do not all begin at once. */
export const JITTER_MINUTES = 10;

/**
 * Does today go without a sync when the daily time is changed now: the new time has passed already, and the old one had
 * not come? Then one is due at once, and not only tomorrow.
 */
export const missesToday = (before: string, after: string, zone: Zone, now: Instant): boolean => {
  const local = minutesOf(DateTime.fromISO(now, { zone }).toFormat('HH:mm'));
  return before !== after && minutesOf(after) <= local && local < minutesOf(before) + JITTER_MINUTES;
};
