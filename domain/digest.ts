import { addDays, type Day, type DayRange } from './calendar.js';

/** From Tuesday, 06:00 UTC: the daily syncs of Monday have read Sunday by then, in every zone. */
const FROM_HOURS = 24 + 6;
/** Who could not be told by then is told of the next week. */
const FOR_DAYS = 3;
const MILLIS_PER_HOUR = 3_600_000;

/** The week from Monday to Sunday that people are told of at a moment; undefined where it is too early or too late for that. */
export const digestWeek = (now: Date): DayRange | undefined => {
  const shifted = new Date(now.getTime() - FROM_HOURS * MILLIS_PER_HOUR);
  const weekday = (shifted.getUTCDay() + 6) % 7;
  if (weekday >= FOR_DAYS) return undefined;
  const monday = addDays(shifted.toISOString().slice(0, 10) as Day, -weekday);
  return { from: addDays(monday, -7), to: addDays(monday, -1) };
};
