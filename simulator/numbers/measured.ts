import type { Days } from '../zone-days.js';
import type { Calendar } from '../zone-switch.js';
import { addDay, CHARGE, dayHash, isLive, type Delivery, type Wanted } from './delivery.js';
import type { Level } from './metrics.js';
import type { Oddity } from './oddities.js';
import { creditShare } from './restatement.js';

/** Ads whose numbers are added. `credit` is the key of a campaign with overspend credits, or 0 for none. */
export interface MeasuredPart {
  readonly credit: number;
  /** The share of the campaign's days that X corrects later than a day after their end. */
  readonly corrections: number;
  readonly deliveries: readonly Delivery[];
}

/** One entity of one level. Its numbers are the sum of its parts. */
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

/** What the numbers of an account are computed from. */
export interface MeasuredAccount {
  readonly calendar: Calendar;
  readonly measured: Measurements;
  /** What is odd about the file entries of entities; null where nothing is, but in the profile `hostile`. */
  readonly oddities: ReadonlyMap<string, Oddity> | null;
}

/** Adds to `out` the numbers of one local day between two moments, as known at `observed` (all in epoch seconds). */
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
  for (const { credit, corrections, deliveries } of entity.parts) {
    const before = out[CHARGE] ?? 0;
    for (const delivery of deliveries) {
      if (isLive(delivery, day) && delivery.placements.includes(placement)) {
        addDay(delivery, days, day, placement, observed, from, to, wanted, out);
      }
    }
    // Credits reduce campaign, funding instrument and account, but no line item (docs/x-ads-api.md §10.2, §17.53).
    if (credit !== 0) {
      const share = creditShare(dayHash(credit, day, placement), days.end(day), observed, corrections);
      const spent = (out[CHARGE] ?? 0) - before;
      if (share > 0 && spent > 0) {
        const step = deliveries[0]?.spendStep ?? 1;
        out[CHARGE] = before + spent - Math.floor((spent * share) / step) * step;
      }
    }
  }
};
