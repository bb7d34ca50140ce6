import type { Days } from '../zone-days.js';
import type { Calendar } from '../zone-switch.js';
import { addDay, CHARGE, dayHash, isLive, type Delivery, type Wanted } from './delivery.js';
import type { Level } from './metrics.js';
import { creditShare } from './restatement.js';

/** Ads counted together; `credit` is the key of the campaign whose overspend credits apply above it, or 0. */
export interface MeasuredPart {
  readonly credit: number;
  readonly deliveries: readonly Delivery[];
}

/** One entity that has numbers, at one level: the sum of its parts. */
export interface Measured {
  readonly id: string;
  readonly level: Level;
  readonly parts: readonly MeasuredPart[];
  readonly fundingInstrumentId: string;
  readonly campaignId: string;
  readonly lineItemId: string;
}

/** The entities of one account that have numbers, by level and id. */
export type Measurements = ReadonlyMap<Level, ReadonlyMap<string, Measured>>;

/** What the numbers of an account depend on. */
export interface MeasuredAccount {
  readonly calendar: Calendar;
  readonly measured: Measurements;
}

/** Adds the entity's numbers of one local day between two moments to `out`. */
export const addMeasuredDay = (
  entity: Measured,
  days: Days,
  day: number,
  placement: number,
  observed: number,
  from: number,
  to: number,
  wanted: Wanted,
  out: Float64Array,
): void => {
  for (const { credit, deliveries } of entity.parts) {
    const before = out[CHARGE] ?? 0;
    for (const delivery of deliveries) {
      if (isLive(delivery, day) && delivery.placements.includes(placement)) {
        addDay(delivery, days, day, placement, observed, from, to, wanted, out);
      }
    }
    // Credits reduce campaign, funding instrument and account, never line items (x-ads-api.md §10.2, line 53).
    if (credit !== 0) {
      const share = creditShare(dayHash(credit, day, placement), days.end(day), observed);
      const spent = (out[CHARGE] ?? 0) - before;
      if (share > 0 && spent > 0) out[CHARGE] = before + spent - Math.floor(spent * share);
    }
  }
};
