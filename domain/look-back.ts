import { addDays, dayNumber } from './calendar.js';
import type { Day, DayRange } from './calendar.js';

/**
 * How far back X's corrections are looked for. The change feed says what to read again; once a week the days are read
 * blindly, whatever it says, so that a feed that leaves something out is found out.
 */

/** Facts belong to the account: where several grants read it, the longest wins. Without any nothing is looked for. */
export const longestLookBack = (grants: readonly { readonly lookBack: number }[]): number =>
  grants.reduce((longest, { lookBack }) => Math.max(longest, lookBack), 0);

/**
 * The first day that a daily sync still reads again when the feed names it. The look-back is counted from the last due day
 * of the sync that last heeded the feed, because a correction is as old as its recording: whatever X recorded during a long
 * pause is within it, however late it is read. (Default of `heeded`: this sync's own last due day)
 */
export const correctedFrom = (lastDay: Day, lookBack: number, heeded: Day = lastDay): Day | undefined =>
  lookBack === 0 ? undefined : addDays(heeded < lastDay ? heeded : lastDay, -lookBack);

export const BLIND_CHECK_EVERY_DAYS = 7;

export interface BlindCheckInput {
  /** Of the daily sync; it ends with the last due day of its nominal time. */
  readonly range: DayRange;
  readonly lookBack: number;
  /** The last due day of the last check that did not fail; before the first, that of the first import. */
  readonly since: Day | undefined;
}

/**
 * The days that a daily sync reads blindly: the last thirty due ones, or as many as corrections are looked for. A week
 * is counted from the last check and not by weekday, so what a lost run has left out the next one does.
 */
export const blindCheckRange = ({ range, lookBack, since }: BlindCheckInput): DayRange | undefined => {
  if (lookBack === 0 || since === undefined) return undefined;
  if (dayNumber(range.to) - dayNumber(since) < BLIND_CHECK_EVERY_DAYS) return undefined;
  const from = addDays(range.to, 1 - lookBack);
  return { from: from < range.from ? range.from : from, to: range.to };
};
