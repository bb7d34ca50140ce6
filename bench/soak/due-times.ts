import { DateTime } from 'luxon';
import { addDays } from '../../domain/calendar.js';
import type { Day, Instant, Zone } from '../../domain/calendar.js';
import { numbersFrom } from '../seeded.js';

/** 365 days from here have both changes of the clock in every zone that changes it; 30 days have those of America. */
const FIRST_DAY = '2026-02-10' as Day;

/** Of the zones that simulated accounts have, the last in which 10:00 comes. */
const LAST_ZONE = 'America/Los_Angeles';

/** The calendar day of the nth day of the soak. */
export const dayOfSoak = (day: number): Day => addDays(FIRST_DAY, day);

/** The nominal time of an account's daily sync: 10:00 of the day in its zone. */
export const dueTimeOf = (day: number, zone: Zone): Instant => {
  const due = DateTime.fromISO(dayOfSoak(day), { zone }).set({ hour: 10 });
  return `${due.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })}Z`;
};

/**
 * Data time of a day's syncs: within the hour after the last zone's schedule was due, so that all accounts can be synced
 * at once. Those farther east come late, as after an outage; their nominal time still says which day they are for.
 */
export const syncTimeOf = (day: number, seed: number): Instant => {
  const seconds = 60 + numbersFrom(seed * 1_000 + day)(3_500);
  return `${new Date(Date.parse(dueTimeOf(day, LAST_ZONE)) + seconds * 1_000).toISOString().slice(0, 19)}Z`;
};
