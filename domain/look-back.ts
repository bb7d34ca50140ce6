import { addDays, dayNumber } from './calendar.js';
import type { Day, DayRange } from './calendar.js';

/**
 * How far back X's corrections are read. The change feed names what to read again; once a week the days are read blindly,
 * whatever the feed names, to detect corrections that it omits.
 */

/** Facts belong to the account, so the longest look-back of its grants counts; 0 without grants. */
export const longestLookBack = (grants: readonly { readonly lookBack: number }[]): number =>
  grants.reduce((longest, { lookBack }) => Math.max(longest, lookBack), 0);

/**
 * The first day that a daily sync still reads again when the feed names it; `undefined`: none. The look-back is counted
 * from `heeded`, the last due day of the last sync that followed the feed, so that corrections which X recorded during a
 * long pause are still read. (Default: this sync's own last due day)
 */
export const correctedFrom = (lastDay: Day, lookBack: number, heeded: Day = lastDay): Day | undefined =>
  lookBack === 0 ? undefined : addDays(heeded < lastDay ? heeded : lastDay, -lookBack);

export const BLIND_CHECK_EVERY_DAYS = 7;

export interface BlindCheckInput {
  /** The days of the daily sync; they end with the last due day of its nominal time. */
  readonly range: DayRange;
  readonly lookBack: number;
  /** The last due day of the last check that did not fail; before the first check, of the first import. */
  readonly since: Day | undefined;
}

/**
 * The days that a daily sync reads blindly: as many of the last due days as the look-back has. The week is counted from the
 * last check and not by weekday, so the next run makes up for a lost one.
 */
export const blindCheckRange = ({ range, lookBack, since }: BlindCheckInput): DayRange | undefined => {
  if (lookBack === 0 || since === undefined) return undefined;
  if (dayNumber(range.to) - dayNumber(since) < BLIND_CHECK_EVERY_DAYS) return undefined;
  const from = addDays(range.to, 1 - lookBack);
  return { from: from < range.from ? range.from : from, to: range.to };
};
