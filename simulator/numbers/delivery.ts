import { mix, unit } from '../hash.js';
import type { Days } from '../zone-days.js';
import { addConversions, type ConversionRate } from './conversions.js';
import { slotOf } from './metrics.js';
import {
  conversionFactor,
  engagementFactor,
  type OrderedRestatement,
  orderedFactor,
  SETTLED_AFTER,
  spendFactor,
} from './restatement.js';

/** A period in which an ad is live: local days as from `epochDay`, the end exclusive. */
export interface Flight {
  readonly from: number;
  readonly to: number;
}

/** What one ad delivers. The numbers of all levels are sums of these. */
export interface Delivery {
  readonly key: number;
  readonly flights: readonly Flight[];
  /** Indexes into PLACEMENTS. */
  readonly placements: readonly number[];
  readonly impressionsPerDay: number;
  readonly microsPerImpression: number;
  /** The chance per impression of each metric without conversions, by slot; 0 for metrics that the ad does not have. */
  readonly rates: Float64Array;
  /** How much more happens in the middle of the day than at its ends, 0 to 0.8. */
  readonly bend: number;
  readonly conversions: readonly ConversionRate[];
  /** The share of its days that X corrects later than a day after their end. */
  readonly corrections: number;
  /** Of the account, shared by all its deliveries; it grows while the simulator runs. */
  readonly orders: readonly OrderedRestatement[];
  /** Spend is in multiples of this many micros. Whole units of a currency stay exact far beyond 2^53 micros. */
  readonly spendStep: number;
}

/** The slots that a request needs, [low, high). */
export interface Wanted {
  readonly low: number;
  readonly high: number;
}

const IMPRESSIONS = slotOf('impressions');
const ENGAGEMENTS = slotOf('engagements');
const CLICKS = slotOf('clicks');
const URL_CLICKS = slotOf('url_clicks');
const BILLED = slotOf('billed_engagements');
export const CHARGE = slotOf('billed_charge_local_micro');
const AFTER_VIDEO = slotOf('conversion_purchases');
const PARTS_OF_ENGAGEMENTS = ['follows', 'retweets', 'likes', 'replies', 'card_engagements'].map(slotOf);

const final = new Float64Array(AFTER_VIDEO);
const WEEK = [0.92, 1.05, 1.08, 1.1, 1.06, 0.98, 0.86];

/** The share of the day's events that has happened after the fraction `x` of the day. */
const elapsed = (bend: number, x: number): number => x - (bend * Math.sin(2 * Math.PI * x)) / (2 * Math.PI);

export const dayHash = (key: number, day: number, placement: number): number => mix(mix(key, day), placement);

export const isLive = (delivery: Delivery, day: number): boolean => {
  for (const flight of delivery.flights) if (day >= flight.from && day < flight.to) return true;
  return false;
};

/** Writes the final numbers of the day to `final`. */
const computeFinal = (delivery: Delivery, day: number, placement: number, hash: number): void => {
  const share = placement === delivery.placements[0] ? 1 : 0.3;
  const season = 1 + 0.25 * Math.sin((day / 365) * 2 * Math.PI);
  const expected = delivery.impressionsPerDay * share * season * (WEEK[day % 7] ?? 1);
  const impressions = 1 + Math.floor(expected * (0.7 + 0.6 * unit(mix(hash, 1))));
  final[IMPRESSIONS] = impressions;
  for (let slot = 1; slot < AFTER_VIDEO; slot += 1) {
    const rate = delivery.rates[slot] ?? 0;
    const chance = rate === 0 ? 0 : unit(mix(hash, slot + 1));
    final[slot] = rate === 0 ? 0 : Math.floor(impressions * rate * (0.75 + 0.5 * chance) + ((chance * 7) % 1));
  }
  const clicks = (final[CLICKS] ?? 0) + (final[URL_CLICKS] ?? 0);
  final[CLICKS] = clicks;
  let engagements = clicks;
  for (const slot of PARTS_OF_ENGAGEMENTS) engagements += final[slot] ?? 0;
  final[ENGAGEMENTS] = engagements;
  final[BILLED] = engagements;
  final[CHARGE] = Math.floor(impressions * delivery.microsPerImpression * (0.85 + 0.3 * unit(mix(hash, 2))));
};

/**
 * Adds to `out` what the ad delivered on a day between two moments, as X would have answered it at `observed` (all in
 * epoch seconds). A day counts up at whole UTC hours only, so that the change feed can name each change.
 */
export const addDay = (
  delivery: Delivery,
  days: Days,
  day: number,
  placement: number,
  observed: number,
  from: number,
  to: number,
  wanted: Wanted,
  out: Float64Array,
): void => {
  const start = days.start(day);
  const end = days.end(day);
  const seen = observed >= end ? end : Math.floor(observed / 3_600) * 3_600;
  const a = Math.max(from, start);
  const b = Math.min(to, seen, end);
  if (b <= a) return;
  const before = a <= start ? 0 : elapsed(delivery.bend, (a - start) / (end - start));
  const after = b >= end ? 1 : elapsed(delivery.bend, (b - start) / (end - start));
  const whole = before === 0 && after === 1;
  const hash = dayHash(delivery.key, day, placement);
  computeFinal(delivery, day, placement, hash);
  const settled = observed >= end + SETTLED_AFTER;
  const engagement = engagementFactor(hash, end, observed);
  const ordered = orderedFactor(delivery.orders, day, observed);
  const high = Math.min(wanted.high, AFTER_VIDEO);
  for (let slot = wanted.low; slot < high; slot += 1) {
    let value = final[slot] ?? 0;
    if (value === 0) continue;
    if (slot === CHARGE)
      value = Math.floor(value * spendFactor(hash, end, days.nine(day + 3), observed, delivery.corrections) * ordered);
    else if (engagement !== 1) value = Math.floor(value * engagement);
    if (!whole) value = Math.floor(value * after) - Math.floor(value * before);
    if (slot === CHARGE && delivery.spendStep > 1) value = Math.floor(value / delivery.spendStep) * delivery.spendStep;
    out[slot] = (out[slot] ?? 0) + value;
  }
  if (wanted.high > AFTER_VIDEO && delivery.conversions.length > 0) {
    const attributed = settled ? 1 : conversionFactor(hash, end, observed, delivery.corrections);
    const impressions = final[IMPRESSIONS] ?? 0;
    addConversions(delivery.conversions, hash, impressions, attributed, before, after, out);
  }
};
