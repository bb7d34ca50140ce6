import { mix, unit } from '../hash.js';

/*
 * How X restates a day (docs/x-ads-api.md §10.2, §17.50). Each entity-day has up to five moments after its end at which
 * a number changes. They are derived from its hash, so no history is stored. The change feed (`feed.ts`) uses the same
 * moments. All moments are epoch seconds.
 */
const HOUR = 3_600;
const DAY = 86_400;

/** Seconds after the day's end from which no number changes: X processes billing for up to 14 days. */
export const SETTLED_AFTER = 14 * DAY;

const NEVER = Number.POSITIVE_INFINITY;

const within = (moment: number, from: number, to: number): boolean => moment >= from && moment < to;

/**
 * Whether an entity-day is corrected later than a day after its end; `share` is the share of such entity-days. X's
 * documentation speaks of weeks, and the few recorded feeds reach back 23 hours.
 */
const isCorrected = (hash: number, share: number): boolean => share >= 1 || unit(mix(hash, 71)) < share;

/** Engagement is final 24 h after the day. It changes once before that on five entity-days in eight. */
const engagementAt = (hash: number, end: number): number =>
  (hash & 7) < 5 ? end + (2 + (mix(hash, 21) % 22)) * HOUR : NEVER;

/**
 * Spend is an estimate until 09:00 of the third day after the day. Half of the estimates are improved on the second day
 * after it.
 */
const estimateAt = (hash: number, end: number): number =>
  (hash & 16) === 0 ? end + (24 + (mix(hash, 22) % 24)) * HOUR : NEVER;

/** One entity-day in eight has a billing correction between the fifth and the fourteenth day. */
const billingAt = (hash: number, end: number): number =>
  ((hash >>> 8) & 7) === 0 ? end + 4 * DAY + (mix(hash, 23) % (9 * 24)) * HOUR : NEVER;

/** A quarter of the days has conversions that are attributed later (https://twittercommunity.com/t/61810). */
const conversionsAt = (hash: number, end: number): number =>
  ((hash >>> 12) & 3) === 0 ? end + DAY + (mix(hash, 24) % (12 * 24)) * HOUR : NEVER;

/** Engagement before it is final, as a factor of the final count: 0.97 to 1.01. */
export const engagementFactor = (hash: number, end: number, observed: number): number =>
  observed < engagementAt(hash, end) && (hash & 7) < 5 ? 0.97 + unit(mix(hash, 31)) * 0.04 : 1;

/** Spend as a factor of the final amount: most estimates are too high, most later corrections small and downwards. */
export const spendFactor = (hash: number, end: number, nine: number, observed: number, share: number): number => {
  if (!isCorrected(hash, share)) return 1;
  const excess = unit(mix(hash, 32)) * 0.06 - 0.005;
  if (observed < nine) return 1 + (observed < estimateAt(hash, end) ? excess : excess / 2);
  return observed < billingAt(hash, end) ? 1 : 1 + unit(mix(hash, 33)) * 0.012 - 0.01;
};

/** A correction of a day's spend that a person has ordered, beside those that come by themselves. */
export interface OrderedRestatement {
  /** As from `epochDay`. */
  readonly day: number;
  /** When X records it, in epoch seconds. */
  readonly at: number;
  /** Of the spend before. */
  readonly factor: number;
}

/** What the ordered corrections of a day make of its spend at `observed`. */
export const orderedFactor = (orders: readonly OrderedRestatement[], day: number, observed: number): number =>
  orders.reduce((factor, order) => (order.day === day && observed >= order.at ? factor * order.factor : factor), 1);

/** The share of conversions that is attributed at `observed`. */
export const conversionFactor = (hash: number, end: number, observed: number, share: number): number =>
  observed < conversionsAt(hash, end) && ((hash >>> 12) & 3) === 0 && isCorrected(hash, share) ? 0.7 : 1;

/** Whether a number of this entity-day changes in [from, to), after the end of the day. */
export const changedWithin = (
  hash: number,
  end: number,
  nine: number,
  from: number,
  to: number,
  share: number,
): boolean =>
  within(engagementAt(hash, end), from, to) ||
  (isCorrected(hash, share) &&
    (within(estimateAt(hash, end), from, to) ||
      within(nine, from, to) ||
      within(billingAt(hash, end), from, to) ||
      within(conversionsAt(hash, end), from, to)));

/**
 * One campaign-day in twenty has an overspend credit, recorded between day 4 and day 13 (docs/x-ads-api.md §10.2,
 * §17.53).
 */
const hasCredit = (hash: number, share: number): boolean => hash % 20 === 0 && isCorrected(hash, share);
const creditAt = (hash: number, end: number): number => end + 4 * DAY + (mix(hash, 41) % (9 * 24)) * HOUR;

/** The share of a campaign-day's spend that is credited at `observed`. */
export const creditShare = (hash: number, end: number, observed: number, share: number): number =>
  hasCredit(hash, share) && observed >= creditAt(hash, end) ? 0.01 + unit(mix(hash, 42)) * 0.05 : 0;

/** Whether the credit of a campaign-day is recorded in [from, to). */
export const creditedWithin = (hash: number, end: number, from: number, to: number, share: number): boolean =>
  hasCredit(hash, share) && within(creditAt(hash, end), from, to);
