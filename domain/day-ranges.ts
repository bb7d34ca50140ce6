import { addDays, dayFromNumber, dayNumber } from './calendar.js';
import type { Day, DayRange } from './calendar.js';

/*
 * Arithmetic on ranges of days, both ends included. It knows neither zones nor clocks.
 */

/** A range as two day numbers [from, to], both included, where arithmetic is in the inner loop. */
export type Span = readonly [from: number, to: number];

/** Ascending. Characters are compared, not words of a language, which takes ten times as long. */
export const compareDays = (a: Day, b: Day): number => (a < b ? -1 : a > b ? 1 : 0);

/** The days from `from` to `to`, both included. */
export const countDays = ({ from, to }: DayRange): number => dayNumber(to) - dayNumber(from) + 1;

/** Do the two ranges share a day? */
export const overlap = (a: DayRange, b: DayRange): boolean => a.from <= b.to && b.from <= a.to;

/** The smallest range that has both ranges in it. */
export const hull = (a: DayRange, b: DayRange): DayRange => ({
  from: a.from < b.from ? a.from : b.from,
  to: a.to > b.to ? a.to : b.to,
});

/** The smallest range that has all ranges in it; `undefined` of none. */
export const hullOf = (ranges: readonly DayRange[]): DayRange | undefined => {
  const [first, ...others] = ranges;
  return first && others.reduce(hull, first);
};

/** The part of a range inside another; `undefined` when they do not overlap. */
export const clip = (range: DayRange, bounds: DayRange): DayRange | undefined => {
  const from = range.from > bounds.from ? range.from : bounds.from;
  const to = range.to < bounds.to ? range.to : bounds.to;
  return from <= to ? { from, to } : undefined;
};

/** Joins ranges that touch or overlap; ascending. */
export const joinRanges = (ranges: readonly DayRange[]): DayRange[] => {
  const joined: { from: Day; to: Day }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => compareDays(a.from, b.from))) {
    const previous = joined.at(-1);
    if (previous && from <= addDays(previous.to, 1)) previous.to = to > previous.to ? to : previous.to;
    else joined.push({ from, to });
  }
  return joined;
};

/** The days of the ranges that are in none of the others; ascending, touching ranges joined. */
export const subtractRanges = (ranges: readonly DayRange[], others: readonly DayRange[]): DayRange[] => {
  let left = toSpans(joinRanges(ranges));
  for (const { from, to } of others) left = splitSpans(left, dayNumber(from), dayNumber(to)).outside;
  return left.toSorted((a, b) => a[0] - b[0]).map(toRange);
};

export const toSpans = (ranges: readonly DayRange[]): Span[] =>
  ranges.map(({ from, to }) => [dayNumber(from), dayNumber(to)]);

export const toRange = ([from, to]: Span): DayRange => ({ from: dayFromNumber(from), to: dayFromNumber(to) });

/** The parts of the spans inside [from, to], and the parts outside. */
export const splitSpans = (spans: readonly Span[], from: number, to: number): { inside: Span[]; outside: Span[] } => {
  const inside: Span[] = [];
  const outside: Span[] = [];
  for (const [a, b] of spans) {
    if (b < from || a > to) {
      outside.push([a, b]);
      continue;
    }
    inside.push([Math.max(a, from), Math.min(b, to)]);
    if (a < from) outside.push([a, from - 1]);
    if (b > to) outside.push([to + 1, b]);
  }
  return { inside, outside };
};
