import { mix, unit } from '../hash.js';
import { METRICS, slotOf } from './metrics.js';

/** How often an ad leads to one kind of conversion, and the value of an order in micros (0: not an order). */
export interface ConversionRate {
  readonly slot: number;
  readonly isWeb: boolean;
  readonly perImpression: number;
  readonly orderMicros: number;
}

export const conversionRate = (name: string, perImpression: number, orderMicros = 0): ConversionRate => {
  const metric = METRICS.find((candidate) => candidate.name === name);
  if (metric?.keys === undefined || metric.keys === null) throw new Error(`${name} is not a conversion metric`);
  return { slot: slotOf(name), isWeb: metric.group === 'WEB_CONVERSION', perImpression, orderMicros };
};

/** The part of a count that falls between two fractions of the day. */
const slice = (value: number, before: number, after: number): number =>
  Math.floor(value * after) - Math.floor(value * before);

const put = (out: Float64Array, slot: number, value: number): void => {
  out[slot] = (out[slot] ?? 0) + value;
};

/** Adds the conversion counts to `out`, in the order of WEB_KEYS (docs/x-ads-api.md §8.4). */
export const addConversions = (
  rates: readonly ConversionRate[],
  hash: number,
  impressions: number,
  attributed: number,
  before: number,
  after: number,
  out: Float64Array,
): void => {
  for (const { slot, isWeb, perImpression, orderMicros } of rates) {
    const chance = mix(hash, 1_000 + slot);
    const expected = impressions * perImpression * (0.5 + unit(chance));
    const engaged = Math.floor((expected * 0.6 + unit(mix(chance, 1))) * attributed);
    const viewed = Math.floor((expected * 0.4 + unit(mix(chance, 2))) * attributed);
    if (engaged + viewed === 0) continue;
    const byEngagement = slice(engaged, before, after);
    const byView = slice(viewed, before, after);
    put(out, slot, byView);
    put(out, slot + 1, byEngagement);
    put(out, slot + 2, slice(Math.floor((engaged + viewed) / 4), before, after));
    const orders = orderMicros > 0;
    const ordersByView = orders ? byView + (byView >> 2) : 0;
    const ordersByEngagement = orders ? byEngagement + (byEngagement >> 2) : 0;
    const price = Math.floor((orderMicros * (0.6 + 0.8 * unit(mix(chance, 3)))) / 10_000) * 10_000;
    put(out, slot + 3, ordersByView + ordersByEngagement);
    put(out, slot + 4, (ordersByView + ordersByEngagement) * price);
    if (!isWeb) continue;
    put(out, slot + 5, byView + byEngagement);
    put(out, slot + 6, ordersByView);
    put(out, slot + 7, ordersByEngagement);
    put(out, slot + 8, ordersByView * price);
    put(out, slot + 9, ordersByEngagement * price);
  }
};
