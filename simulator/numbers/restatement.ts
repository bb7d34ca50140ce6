import { mix, unit } from '../hash.js';

/**
 * How X changes its mind about a day (x-ads-api.md §10.2, §17 line 50). Each entity-day has up to five moments after
 * its end at which a number changes; all of them follow from its hash, so no history is stored, and the change feed
 * (`feed.ts`) reads the very same moments that the numbers obey.
 */
const HOUR = 3_600;
const DAY = 86_400;

/** Nothing moves after this many seconds past the day's end: billing is processed for up to 14 days. */
export const SETTLED_AFTER = 14 * DAY;

const NEVER = Number.POSITIVE_INFINITY;

/** Engagement is locked 24 h after the day; five days in eight move before that. */
const engagementAt = (hash: number, end: number): number =>
  (hash & 7) < 5 ? end + (2 + (mix(hash, 21) % 22)) * HOUR : NEVER;

/** Half of the spend estimates improve on the day between, before 09:00 of the third day ends the estimate. */
const estimateAt = (hash: number, end: number): number =>
  (hash & 16) === 0 ? end + (24 + (mix(hash, 22) % 24)) * HOUR : NEVER;

/** One entity-day in eight gets a billing correction between the fifth and the fourteenth day. */
const billingAt = (hash: number, end: number): number =>
  ((hash >>> 8) & 7) === 0 ? end + 4 * DAY + (mix(hash, 23) % (9 * 24)) * HOUR : NEVER;

/** A quarter of the days has conversions attributed late (C-old TC-61810: re-fetch over the attribution window). */
const conversionsAt = (hash: number, end: number): number =>
  ((hash >>> 12) & 3) === 0 ? end + DAY + (mix(hash, 24) % (12 * 24)) * HOUR : NEVER;

/** Engagement before its last count: up to 3 % less or 1 % more. */
export const engagementFactor = (hash: number, end: number, observed: number): number =>
  observed < engagementAt(hash, end) && (hash & 7) < 5 ? 0.97 + unit(mix(hash, 31)) * 0.04 : 1;

/** Spend before its last count: estimates mostly come down; later corrections are small and mostly down too. */
export const spendFactor = (hash: number, end: number, nine: number, observed: number): number => {
  const excess = unit(mix(hash, 32)) * 0.06 - 0.005;
  if (observed < nine) return 1 + (observed < estimateAt(hash, end) ? excess : excess / 2);
  return observed < billingAt(hash, end) ? 1 : 1 + unit(mix(hash, 33)) * 0.012 - 0.01;
};

/** The share of conversions that is attributed by now. */
export const conversionFactor = (hash: number, end: number, observed: number): number =>
  observed < conversionsAt(hash, end) && ((hash >>> 12) & 3) === 0 ? 0.7 : 1;

const within = (moment: number, from: number, to: number): boolean => moment >= from && moment < to;

/** Whether a number of this entity-day changed in [from, to) after the day was over. */
export const changedWithin = (hash: number, end: number, nine: number, from: number, to: number): boolean =>
  within(engagementAt(hash, end), from, to) ||
  within(estimateAt(hash, end), from, to) ||
  within(nine, from, to) ||
  within(billingAt(hash, end), from, to) ||
  within(conversionsAt(hash, end), from, to);

/** Overspend credits: one campaign-day in twenty, recorded between day 4 and day 13 (x-ads-api.md §10.2, line 53). */
const hasCredit = (hash: number): boolean => hash % 20 === 0;
const creditAt = (hash: number, end: number): number => end + 4 * DAY + (mix(hash, 41) % (9 * 24)) * HOUR;

/** The share of a campaign-day's spend that is credited by now. */
export const creditShare = (hash: number, end: number, observed: number): number =>
  hasCredit(hash) && observed >= creditAt(hash, end) ? 0.01 + unit(mix(hash, 42)) * 0.05 : 0;

export const creditedWithin = (hash: number, end: number, from: number, to: number): boolean =>
  hasCredit(hash) && within(creditAt(hash, end), from, to);
