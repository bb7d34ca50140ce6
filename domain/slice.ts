import { addDays, dayFromNumber, dayNumber } from './calendar.js';
import type { Day, DayRange } from './calendar.js';
import type { EntityId } from './ids.js';

/**
 * Packs what must be read into as few stats jobs as X's two limits allow: at most 20 ids and at most 90 local days a
 * job. X bills nothing per job, but each takes one of 100 places and one of 450 creates a minute, so fewer jobs is a
 * faster year. Days are integers in here: no zones, no clocks.
 */

export const MAX_IDS = 20;
export const MAX_DAYS = 90;

/** Days of one entity that must be read: ranges that neither touch nor overlap, in ascending order. */
export interface Need {
  readonly entityId: EntityId;
  readonly ranges: readonly DayRange[];
}

/** One entity's days that a slice is for: what the run claims, so that no other slice and no other run reads them. */
export interface Claim {
  readonly entityId: EntityId;
  readonly days: DayRange;
}

/** One job's worth of reading: these ids over this range, for the sake of these days. */
export interface SlicePlan {
  readonly entityIds: readonly EntityId[];
  readonly range: DayRange;
  readonly claims: readonly Claim[];
}

/** [from, to], both included, as day numbers. */
type Span = readonly [number, number];

const NOTHING_TAKEN = Number.NEGATIVE_INFINITY;

/** What one entity still needs, while slices are cut from it. */
interface Open {
  readonly id: EntityId;
  readonly order: number;
  readonly spans: readonly Span[];
  /** The last day that a slice has taken already; days are taken in ascending order. */
  readonly taken: number;
}

/** What one slice takes of each id, all inside one window. */
type Cut = readonly { readonly id: EntityId; readonly spans: readonly Span[] }[];

const toSpans = (ranges: readonly DayRange[]): Span[] => ranges.map(({ from, to }) => [dayNumber(from), dayNumber(to)]);

/** The parts of the spans inside [from, to], and what is left. */
const cutSpans = (spans: readonly Span[], from: number, to: number): { inside: Span[]; outside: Span[] } => {
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

const first = (spans: readonly Span[]): number => spans[0]?.[0] ?? Number.POSITIVE_INFINITY;
const last = (spans: readonly Span[]): number => spans.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;

/** Makes one job of what the ids need inside the window. */
const take = (chosen: readonly Open[], from: number, to: number): { cut: Cut; rest: Open[] } => {
  const cut: { id: EntityId; spans: Span[] }[] = [];
  const rest: Open[] = [];
  for (const open of chosen) {
    const { inside, outside } = cutSpans(open.spans, from, to);
    cut.push({ id: open.id, spans: inside });
    if (outside.length > 0) rest.push({ ...open, spans: outside, taken: last(inside) });
  }
  return { cut, rest };
};

/** The numbers of the windows that spans reach into, when windows begin every 90 days from the anchor. */
const windowsOf = (spans: readonly Span[], anchor: number): Set<number> => {
  const windows = new Set<number>();
  for (const [a, b] of spans) {
    for (let w = Math.floor((a - anchor) / MAX_DAYS); w <= Math.floor((b - anchor) / MAX_DAYS); w += 1) windows.add(w);
  }
  return windows;
};

const jobsOnGrid = (needs: readonly Open[], anchor: number): number => {
  const ids = new Map<number, number>();
  for (const { spans } of needs) for (const w of windowsOf(spans, anchor)) ids.set(w, (ids.get(w) ?? 0) + 1);
  return [...ids.values()].reduce((jobs, n) => jobs + Math.ceil(n / MAX_IDS), 0);
};

/** Windows of 90 days at fixed days. For ads that are always on nothing is better. */
const onGrid = (needs: readonly Open[], anchor: number): Cut[] => {
  const byWindow = new Map<number, Open[]>();
  for (const need of needs) {
    for (const w of windowsOf(need.spans, anchor)) {
      const start = anchor + w * MAX_DAYS;
      const inside = { ...need, spans: cutSpans(need.spans, start, start + MAX_DAYS - 1).inside };
      const others = byWindow.get(w);
      if (others) others.push(inside);
      else byWindow.set(w, [inside]);
    }
  }
  return [...byWindow].flatMap(([w, open]) => {
    // Neighbours in time share a job, so that the jobs of a window are as narrow as they can be.
    const sorted = open.toSorted((x, y) => last(y.spans) - last(x.spans) || first(y.spans) - first(x.spans));
    const start = anchor + w * MAX_DAYS;
    return chunk(sorted, MAX_IDS).map((part) => take(part, start, start + MAX_DAYS - 1).cut);
  });
};

/** No packing has fewer jobs: a job takes 20 ids, and of each at most 90 days. */
const fewestJobs = (needs: readonly Open[]): number => {
  const pieces = needs.map(({ spans }) => Math.ceil(spans.reduce((days, [a, b]) => days + b - a + 1, 0) / MAX_DAYS));
  return Math.ceil(pieces.reduce((sum, n) => sum + n, 0) / MAX_IDS);
};

/** Of all fixed grids one with the fewest jobs; among equals the one whose last window ends with the last needed day. */
const onBestGrid = (needs: readonly Open[], fewest: number): Cut[] => {
  const end = Math.max(...needs.map(({ spans }) => last(spans)));
  let best = { anchor: end, jobs: Number.POSITIVE_INFINITY };
  for (let i = 0; i < MAX_DAYS && best.jobs > fewest; i += 1) {
    const anchor = end + 1 - MAX_DAYS - i;
    const jobs = jobsOnGrid(needs, anchor);
    if (jobs < best.jobs) best = { anchor, jobs };
  }
  return onGrid(needs, best.anchor);
};

const chunk = <T>(items: readonly T[], size: number): T[][] => {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
};

/**
 * The window follows the ads: it begins at the earliest day that is still needed and takes the 20 ids whose need begins
 * nearest to it. For ads that live a few weeks this saves the pieces that a grid cuts. `apart` leaves out ids of which
 * the job would read days again that another slice has taken, since a job reads all its ids over its whole range.
 */
const greedyByFirstDay = (needs: readonly Open[], apart: boolean): Cut[] => {
  const cuts: Cut[] = [];
  let open = needs.toSorted(byFirstDay);
  while (open.length > 0) {
    const from = first(open[0]?.spans ?? []);
    const to = from + MAX_DAYS - 1;
    const chosen: Open[] = [];
    const left: Open[] = [];
    for (const candidate of open) {
      const fits = chosen.length < MAX_IDS && first(candidate.spans) <= to && !(apart && candidate.taken >= from);
      (fits ? chosen : left).push(candidate);
    }
    const { cut, rest } = take(chosen, from, to);
    cuts.push(cut);
    open = merge(rest, left);
  }
  return cuts;
};

/** By first needed day; among equals as they came, so that the packing is the same whenever it is made. */
const byFirstDay = (x: Open, y: Open): number => first(x.spans) - first(y.spans) || x.order - y.order;

/** Puts the few that have days left back in their places: the list stays sorted without sorting it anew. */
const merge = (few: readonly Open[], sorted: readonly Open[]): Open[] => {
  const merged: Open[] = [];
  const add = few.toSorted(byFirstDay);
  let i = 0;
  for (const open of sorted) {
    for (let next = add[i]; next && byFirstDay(next, open) < 0; next = add[i]) {
      merged.push(next);
      i += 1;
    }
    merged.push(open);
  }
  return [...merged, ...add.slice(i)];
};

const mirrored = (spans: readonly Span[]): Span[] => spans.map(([a, b]): Span => [-b, -a]).toReversed();

/** Greedy from the newest day backwards is greedy forwards in a mirror. */
const greedyByLastDay = (needs: readonly Open[], apart: boolean): Cut[] =>
  greedyByFirstDay(
    needs.map((need) => ({ ...need, spans: mirrored(need.spans) })),
    apart,
  ).map((cut) => cut.map(({ id, spans }) => ({ id, spans: mirrored(spans) })));

const GREEDY: readonly ((needs: readonly Open[]) => Cut[])[] = [
  (needs) => greedyByLastDay(needs, true),
  (needs) => greedyByFirstDay(needs, true),
  (needs) => greedyByLastDay(needs, false),
  (needs) => greedyByFirstDay(needs, false),
];

const toRange = ([from, to]: Span): DayRange => ({ from: dayFromNumber(from), to: dayFromNumber(to) });

/** No wider than its ids need. */
const toSlice = (cut: Cut): SlicePlan => ({
  entityIds: cut.map(({ id }) => id),
  range: toRange([Math.min(...cut.map(({ spans }) => first(spans))), Math.max(...cut.map(({ spans }) => last(spans)))]),
  claims: cut.flatMap(({ id, spans }) => spans.map((span) => ({ entityId: id, days: toRange(span) }))),
});

/**
 * Plans the jobs for one account × level × placement × metric set: each needed day of each id is claimed by exactly one
 * slice. Several packings are tried and the one with the fewest jobs is taken, so the plan is never worse than a fixed
 * grid nor than greedy by start day; among equals one that reads nothing twice. Slices come with the newest last day
 * first: that is the order to submit them in.
 */
export const planSlices = (needs: readonly Need[]): SlicePlan[] => {
  const open = needs
    .map(({ entityId, ranges }, order) => ({ id: entityId, order, spans: toSpans(ranges), taken: NOTHING_TAKEN }))
    .filter(({ spans }) => spans.length > 0);
  if (open.length === 0) return [];
  const fewest = fewestJobs(open);
  // One after the other, and no more than are needed: planning stands in the way of everything else in the worker.
  let best = onBestGrid(open, fewest);
  for (const pack of GREEDY) {
    if (best.length === fewest) break;
    const packing = pack(open);
    if (packing.length < best.length) best = packing;
  }
  return best
    .map(toSlice)
    .toSorted((a, b) => b.range.to.localeCompare(a.range.to) || b.range.from.localeCompare(a.range.from));
};

/** Halves of a slice that X failed to compute twice: somewhere in it is the id that X cannot compute. */
export const halves = (ids: readonly EntityId[]): readonly (readonly EntityId[])[] => {
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)].filter((half) => half.length > 0);
};

/** Joins ranges that touch or overlap; ascending. */
export const joinRanges = (ranges: readonly DayRange[]): DayRange[] => {
  const joined: { from: Day; to: Day }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from.localeCompare(b.from))) {
    const previous = joined.at(-1);
    if (previous && from <= addDays(previous.to, 1)) previous.to = to > previous.to ? to : previous.to;
    else joined.push({ from, to });
  }
  return joined;
};

/** What of the ranges is not in the others. */
export const subtractRanges = (ranges: readonly DayRange[], others: readonly DayRange[]): DayRange[] => {
  let left = toSpans(joinRanges(ranges));
  for (const { from, to } of others) left = cutSpans(left, dayNumber(from), dayNumber(to)).outside;
  return left.toSorted((a, b) => a[0] - b[0]).map(([a, b]) => ({ from: dayFromNumber(a), to: dayFromNumber(b) }));
};

/** The part of a range inside another; `undefined` when they do not meet. */
export const clip = (range: DayRange, to: DayRange): DayRange | undefined => {
  const from = range.from > to.from ? range.from : to.from;
  const end = range.to < to.to ? range.to : to.to;
  return from <= end ? { from, to: end } : undefined;
};
