import { mix, unit } from '../hash.js';
import { METRICS, slotOf } from './metrics.js';

/** How often an ad leads to one kind of conversion, and the value of an order in micros (0: not an order). */
export interface ConversionRate {
  readonly slot: number;
  /** The parts that X answers, each in the slot of its position; null for a plain series. */
  readonly keys: readonly string[] | null;
  readonly perImpression: number;
  readonly orderMicros: number;
  /** The price of an order has two decimals, as production importers of X's data expect. (Default: whole micros) */
  readonly hasDecimals?: boolean;
}

export const conversionRate = (name: string, perImpression: number, orderMicros = 0): ConversionRate => {
  const { keys = null } = METRICS.find((candidate) => candidate.name === name) ?? {};
  return { slot: slotOf(name), keys, perImpression, orderMicros };
};

/** The part of a count that falls between two fractions of the day. */
const slice = (value: number, before: number, after: number): number =>
  Math.floor(value * after) - Math.floor(value * before);

const put = (out: Float64Array, slot: number, value: number): void => {
  out[slot] = (out[slot] ?? 0) + value;
};

/** Adds the conversion counts to `out`, each part in its slot (docs/x-ads-api.md §8.4). */
export const addConversions = (
  rates: readonly ConversionRate[],
  hash: number,
  impressions: number,
  attributed: number,
  before: number,
  after: number,
  out: Float64Array,
): void => {
  for (const { slot, keys, perImpression, orderMicros, hasDecimals = false } of rates) {
    const chance = mix(hash, 1_000 + slot);
    const expected = impressions * perImpression * (0.5 + unit(chance));
    const engaged = Math.floor((expected * 0.6 + unit(mix(chance, 1))) * attributed);
    const viewed = Math.floor((expected * 0.4 + unit(mix(chance, 2))) * attributed);
    if (engaged + viewed === 0) continue;
    const byEngagement = slice(engaged, before, after);
    const byView = slice(viewed, before, after);
    if (keys === null) {
      put(out, slot, byView + byEngagement);
      continue;
    }
    const orders = orderMicros > 0;
    const ordersByView = orders ? byView + (byView >> 2) : 0;
    const ordersByEngagement = orders ? byEngagement + (byEngagement >> 2) : 0;
    const cents = Math.floor((orderMicros * (0.6 + 0.8 * unit(mix(chance, 3)))) / 10_000);
    const price = hasDecimals ? cents / 100 : cents * 10_000;
    const parts: Readonly<Record<string, number>> = {
      post_view: byView,
      post_engagement: byEngagement,
      assisted: slice(Math.floor((engaged + viewed) / 4), before, after),
      order_quantity: ordersByView + ordersByEngagement,
      sale_amount: (ordersByView + ordersByEngagement) * price,
      metric: byView + byEngagement,
      order_quantity_view: ordersByView,
      order_quantity_engagement: ordersByEngagement,
      sale_amount_view: ordersByView * price,
      sale_amount_engagement: ordersByEngagement * price,
    };
    for (const [index, key] of keys.entries()) put(out, slot + index, parts[key] ?? 0);
  }
};
