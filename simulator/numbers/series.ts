import type { Days } from '../zone-days.js';
import { addMeasuredDay, type Measured } from './measured.js';
import { hasNumbers, METRICS, metricsOf, SLOTS, type Group, type Metric } from './metrics.js';

export type Granularity = 'HOUR' | 'DAY' | 'TOTAL';

/** The times that a request is for, and how it divides them. */
export interface Window {
  /** Epoch seconds; the end is exclusive (docs/x-ads-api.md §8, §17.28). */
  readonly start: number;
  readonly end: number;
  readonly granularity: Granularity;
}

/** The length of each array: local days, hours of real time (docs/x-ads-api.md §8.2), or 1 for TOTAL. */
export const seriesLength = (days: Days, { start, end, granularity }: Window): number => {
  if (granularity === 'TOTAL') return 1;
  if (granularity === 'HOUR') return Math.ceil((end - start) / 3_600);
  return days.dayOf(end - 1) - days.dayOf(start) + 1;
};

const slotRange = (groups: readonly Group[]): { low: number; high: number } => {
  let low = SLOTS;
  let high = 0;
  for (const metric of METRICS) {
    if (!groups.includes(metric.group)) continue;
    low = Math.min(low, metric.slot);
    high = Math.max(high, metric.slot + (metric.keys?.length ?? 1));
  }
  return { low: Math.min(low, high), high };
};

/** The numbers of one entity: `length` values per slot, slot after slot, for the slots in [low, high). */
export interface Series {
  readonly length: number;
  readonly low: number;
  readonly values: Float64Array;
}

/** The numbers of one entity, placement and window, as X would answer them at `observed` (epoch seconds). */
export const series = (
  entity: Measured,
  days: Days,
  groups: readonly Group[],
  placement: number,
  window: Window,
  observed: number,
): Series => {
  const length = seriesLength(days, window);
  const wanted = slotRange(groups.filter((group) => hasNumbers(entity.level, group)));
  const values = new Float64Array((wanted.high - wanted.low) * length);
  const scratch = new Float64Array(SLOTS);
  const firstDay = days.dayOf(window.start);
  const lastDay = days.dayOf(Math.min(window.end - 1, Math.max(window.start, observed)));
  const take = (index: number): void => {
    for (let slot = wanted.low; slot < wanted.high; slot += 1) {
      const value = scratch[slot] ?? 0;
      if (value !== 0) {
        const at = (slot - wanted.low) * length + index;
        values[at] = (values[at] ?? 0) + value;
      }
    }
    scratch.fill(0, wanted.low, wanted.high);
  };
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (window.granularity !== 'HOUR') {
      addMeasuredDay(entity, days, day, placement, observed, window.start, window.end, wanted, scratch);
      take(window.granularity === 'DAY' ? day - firstDay : 0);
      continue;
    }
    const dayStart = days.start(day);
    const dayEnd = days.end(day);
    const first = Math.max(0, Math.floor((dayStart - window.start) / 3_600));
    for (let hour = first; hour < length && window.start + hour * 3_600 < dayEnd; hour += 1) {
      const from = window.start + hour * 3_600;
      addMeasuredDay(entity, days, day, placement, observed, from, from + 3_600, wanted, scratch);
      take(hour);
    }
  }
  return { length, low: wanted.low, values };
};

/** The texts of small numbers. Most counts are small, and formatting numbers is half the cost of a file. */
const SMALL: readonly string[] = Array.from({ length: 4_096 }, (_, number) => String(number));

const numbersOf = ({ length, low, values }: Series, slot: number): string => {
  const from = (slot - low) * length;
  if (from < 0 || from >= values.length) return 'null';
  let zero = true;
  for (let i = from; zero && i < from + length; i += 1) zero = values[i] === 0;
  // A metric without any event in the window is null; zeros within an array are 0 (docs/x-ads-api.md §8.3).
  if (zero) return 'null';
  let text = '[';
  for (let i = from; i < from + length; i += 1) {
    const value = values[i] ?? 0;
    text += (i === from ? '' : ',') + (SMALL[value] ?? String(value));
  }
  return `${text}]`;
};

const metricJson = (numbers: Series, metric: Metric): string => {
  if (metric.keys === null) return numbersOf(numbers, metric.slot);
  let empty = true;
  const fields = metric.keys.map((key, index) => {
    const text = numbersOf(numbers, metric.slot + index);
    if (text !== 'null') empty = false;
    return `"${key}":${text}`;
  });
  return empty ? 'null' : `{${fields.join(',')}}`;
};

/**
 * The `metrics` object of one entity as JSON. Written without JSON.stringify: a file of 90 days has 100,000 numbers or
 * more.
 */
export const metricsJson = (entity: Measured, groups: readonly Group[], numbers: Series): string => {
  const fields: string[] = [];
  for (const group of groups) {
    const measured = hasNumbers(entity.level, group);
    for (const metric of metricsOf(entity.level, group)) {
      fields.push(`"${metric.name}":${measured ? metricJson(numbers, metric) : 'null'}`);
    }
  }
  return `{${fields.join(',')}}`;
};
