import { addDays } from './calendar.js';
import { dayOf } from './local-days.js';
import type { Day, DayRange, Instant, Zones } from './calendar.js';

/** The last day that is due at X's now: the local date less the wait in days, so with a wait of 1 it is yesterday. */
export const lastDueDay = (now: Instant, zones: Zones, wait: number): Day => addDays(dayOf(now, zones), -wait);

/** What decides which days of an account should have landed. */
export interface DueTerms {
  /** The first day that somebody wants. */
  readonly from: Day;
  /** Of the account; null where X does not give it. */
  readonly createdAt: Instant | null;
  readonly zones: Zones;
  /** In days. */
  readonly wait: number;
}

/** The days that should have landed at X's now. `to` is before `from` while none of them is due. */
export const dueDays = ({ from, createdAt, zones, wait }: DueTerms, now: Instant): DayRange => {
  const created = createdAt === null ? from : dayOf(createdAt, zones);
  return { from: created > from ? created : from, to: lastDueDay(now, zones, wait) };
};
