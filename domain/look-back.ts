import { RESTATED_DAYS } from './ask.js';
import { addDays, dayNumber } from './calendar.js';
import type { Day, DayRange } from './calendar.js';

/**
 * How far back X's corrections are looked for. The change feed says what to read again; once a week the days are read
 * blindly, whatever it says, so that a feed that leaves something out is found out.
 */

/** Whole days, 0 to 30. 0 imports each day once and never looks again. */
export const DEFAULT_LOOK_BACK = RESTATED_DAYS;

export type CheckedLookBack =
  | { readonly kind: 'ok'; readonly days: number }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Refuses what is outside, with the sentence that says how. */
export const checkLookBack = (days: number): CheckedLookBack =>
  Number.isInteger(days) && days >= 0 && days <= RESTATED_DAYS
    ? { kind: 'ok', days }
    : {
        kind: 'invalid',
        reason: `A look-back of ${days} days is not possible; give whole days from 0 (import each day once) to ${RESTATED_DAYS}, because X changes nothing later.`,
      };

/** Facts belong to the account: where several grants read it, the longest wins. Without any nothing is looked for. */
export const longestLookBack = (grants: readonly { readonly lookBack: number }[]): number =>
  grants.reduce((longest, { lookBack }) => Math.max(longest, lookBack), 0);

/** The first day that a daily sync still reads again when the feed names it. */
export const correctedFrom = (lastDay: Day, lookBack: number): Day | undefined =>
  lookBack === 0 ? undefined : addDays(lastDay, -lookBack);

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
