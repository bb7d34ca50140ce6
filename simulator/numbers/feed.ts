import { mix, unit } from '../hash.js';
import type { Days } from '../zone-days.js';
import { dayHash, type Delivery } from './delivery.js';
import type { Measured, MeasuredPart } from './measured.js';
import { PLACEMENTS } from './metrics.js';
import { changedWithin, creditedWithin, SETTLED_AFTER } from './restatement.js';

const HOUR = 3_600;
const CORRECTION_DAYS = SETTLED_AFTER / 86_400 + 1;

/** One record of the change feed, in epoch seconds. */
export interface FeedRecord {
  readonly entityId: string;
  readonly start: number;
  readonly end: number;
  readonly placements: readonly string[];
}

interface Envelope {
  start: number;
  end: number;
  placements: Set<number>;
}

const widen = (envelope: Envelope, start: number, end: number, placement: number): void => {
  envelope.start = Math.min(envelope.start, start);
  envelope.end = Math.max(envelope.end, end);
  envelope.placements.add(placement);
};

/** While a day lasts, each whole hour, and the day's end, records the activity of the hour before it. */
const widenByHours = (
  envelope: Envelope,
  days: Days,
  day: number,
  from: number,
  to: number,
  placement: number,
): void => {
  const start = days.start(day);
  const end = days.end(day);
  const first = Math.max(Math.ceil(from / HOUR) * HOUR, Math.floor(start / HOUR) * HOUR + HOUR);
  const hourly = Math.min(Math.ceil(to / HOUR) * HOUR - HOUR, Math.floor(end / HOUR) * HOUR);
  const last = end >= from && end < to ? end : hourly;
  if (last < from || last >= to || last <= start) return;
  widen(envelope, Math.max(start, Math.min(first, last) - HOUR), Math.min(end, last), placement);
};

/** The window of a request in epoch seconds, and the share of entity-days whose corrections the feed leaves out. */
interface FeedWindow {
  readonly from: number;
  readonly to: number;
  readonly misses: number;
}

const widenByDelivery = (
  envelope: Envelope,
  days: Days,
  delivery: Delivery,
  { credit, corrections }: Pick<MeasuredPart, 'credit' | 'corrections'>,
  { from, to, misses }: FeedWindow,
): void => {
  const ordered = delivery.orders.filter(({ at }) => at >= from && at < to);
  const firstDay = Math.min(days.dayOf(from) - CORRECTION_DAYS, ...ordered.map(({ day }) => day));
  const lastDay = days.dayOf(to);
  for (const flight of delivery.flights) {
    for (let day = Math.max(firstDay, flight.from); day <= lastDay && day < flight.to; day += 1) {
      const end = days.end(day);
      // A day inside the data gap of a switch has no numbers and no corrections.
      if (end <= days.start(day)) continue;
      for (const placement of delivery.placements) {
        widenByHours(envelope, days, day, from, to, placement);
        const hash = dayHash(delivery.key, day, placement);
        if (end > to || (misses > 0 && unit(mix(hash, 61)) < misses)) continue;
        const corrected =
          ordered.some((order) => order.day === day) ||
          changedWithin(hash, end, days.nine(day + 3), from, to, delivery.corrections) ||
          (credit !== 0 && creditedWithin(dayHash(credit, day, placement), end, from, to, corrections));
        if (corrected) widen(envelope, days.start(day), end, placement);
      }
    }
  }
};

/**
 * The record of an entity whose numbers changed in [from, to), as known at `observed`; null without a change. The
 * window is about when changes were recorded. The record has the times that they apply to, which may be before the
 * window (docs/x-ads-api.md §10.1).
 */
export const feedRecordOf = (
  entity: Measured,
  days: Days,
  { from, to, observed, misses }: FeedWindow & { readonly observed: number },
): FeedRecord | null => {
  const known = Math.min(to, observed + 1);
  if (known <= from) return null;
  const envelope: Envelope = { start: Infinity, end: -Infinity, placements: new Set() };
  for (const part of entity.parts) {
    for (const delivery of part.deliveries)
      widenByDelivery(envelope, days, delivery, part, { from, to: known, misses });
  }
  if (envelope.placements.size === 0) return null;
  // X's activity times are not whole hours. Clients round them outwards to whole hours, which gives the exact interval.
  const blur =
    mix(dayHash(from, Math.floor(envelope.start / HOUR), envelope.placements.size), entity.id.length) % 1_500;
  return {
    entityId: entity.id,
    start: envelope.start + blur,
    end: Math.max(envelope.start + blur + 1, envelope.end - (blur % 1_200) - 1),
    placements: PLACEMENTS.filter((_, index) => envelope.placements.has(index)),
  };
};
