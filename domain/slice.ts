import type { DayRange } from './calendar.js';
import { Heap } from 'heap-js';
import { compareDays, splitSpans, toRange, toSpans } from './day-ranges.js';
import type { Span } from './day-ranges.js';
import type { EntityId } from './ids.js';

/**
 * Packs the days that must be read into as few stats jobs as X's two limits allow: at most 20 ids and at most 90 local
 * days a job (docs/x-ads-api.md §9.1). A job costs one of 100 slots and one of 450 creates a minute, so fewer jobs make a
 * faster import. Days are integers here: no zones, no clocks.
 */

export const MAX_IDS_PER_JOB = 20;
export const MAX_DAYS_PER_JOB = 90;

/** The days of one entity that must be read: ranges that neither touch nor overlap, ascending. */
export interface Need {
  readonly entityId: EntityId;
  readonly ranges: readonly DayRange[];
}

/** One entity's days that a slice is for. The run claims them, so that no other slice and no other run reads them. */
export interface Claim {
  readonly entityId: EntityId;
  readonly days: DayRange;
}

/** One job: these ids over this range, because of these claims. */
export interface SlicePlan {
  readonly entityIds: readonly EntityId[];
  readonly range: DayRange;
  readonly claims: readonly Claim[];
}

const NOTHING_TAKEN = Number.NEGATIVE_INFINITY;

/** What one entity still needs while slices are made. */
interface Open {
  readonly id: EntityId;
  readonly order: number;
  readonly spans: readonly Span[];
  /** The first of its days: most of the comparisons are about it. */
  readonly start: number;
  /** The last day that a slice has taken; days are taken in ascending order. */
  readonly taken: number;
}

/** What one slice takes of each id, all inside one window. */
type Portion = readonly { readonly id: EntityId; readonly spans: readonly Span[] }[];

const first = (spans: readonly Span[]): number => spans[0]?.[0] ?? Number.POSITIVE_INFINITY;
const last = (spans: readonly Span[]): number => spans.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;

/** Makes one job of what the ids need inside the window. */
const take = (chosen: readonly Open[], from: number, to: number): { portion: Portion; rest: Open[] } => {
  const portion: { id: EntityId; spans: Span[] }[] = [];
  const rest: Open[] = [];
  for (const open of chosen) {
    const { inside, outside } = splitSpans(open.spans, from, to);
    portion.push({ id: open.id, spans: inside });
    if (outside.length > 0) rest.push({ ...open, spans: outside, start: first(outside), taken: last(inside) });
  }
  return { portion, rest };
};

/** The numbers of the windows that spans reach into, ascending, when windows begin every 90 days from the anchor. */
const windowsOf = (spans: readonly Span[], anchor: number): number[] => {
  const windows: number[] = [];
  for (const [a, b] of spans) {
    const from = Math.floor((a - anchor) / MAX_DAYS_PER_JOB);
    for (let w = windows.at(-1) === from ? from + 1 : from; w <= Math.floor((b - anchor) / MAX_DAYS_PER_JOB); w += 1)
      windows.push(w);
  }
  return windows;
};

/** The same as counting `windowsOf`, without making a list for each id: it is asked for ninety anchors. */
const jobsOnGrid = (needs: readonly Open[], anchor: number, begin: number): number => {
  const earliest = Math.floor((begin - anchor) / MAX_DAYS_PER_JOB);
  const ids: number[] = [];
  for (const { spans } of needs) {
    let counted = -1;
    for (const [a, b] of spans) {
      const until = Math.floor((b - anchor) / MAX_DAYS_PER_JOB) - earliest;
      for (let w = Math.max(counted + 1, Math.floor((a - anchor) / MAX_DAYS_PER_JOB) - earliest); w <= until; w += 1) {
        ids[w] = (ids[w] ?? 0) + 1;
        counted = w;
      }
    }
  }
  return ids.reduce((jobs, n) => jobs + Math.ceil(n / MAX_IDS_PER_JOB), 0);
};

/** Windows of 90 days at fixed days: the best packing for ads that are always active. */
const onGrid = (needs: readonly Open[], anchor: number): Portion[] => {
  const byWindow = new Map<number, Open[]>();
  for (const need of needs) {
    for (const w of windowsOf(need.spans, anchor)) {
      const start = anchor + w * MAX_DAYS_PER_JOB;
      const inside = { ...need, spans: splitSpans(need.spans, start, start + MAX_DAYS_PER_JOB - 1).inside };
      const others = byWindow.get(w);
      if (others) others.push(inside);
      else byWindow.set(w, [inside]);
    }
  }
  return [...byWindow].flatMap(([w, open]) => {
    // Ids that are active at the same time share a job, so that each job's range is narrow.
    const sorted = open.toSorted((x, y) => last(y.spans) - last(x.spans) || first(y.spans) - first(x.spans));
    const start = anchor + w * MAX_DAYS_PER_JOB;
    return chunk(sorted, MAX_IDS_PER_JOB).map((part) => take(part, start, start + MAX_DAYS_PER_JOB - 1).portion);
  });
};

/** A lower bound on the jobs of any packing: a job takes 20 ids, and at most 90 days of each. */
const fewestJobs = (needs: readonly Open[]): number => {
  const pieces = needs.map(({ spans }) =>
    Math.ceil(spans.reduce((days, [a, b]) => days + b - a + 1, 0) / MAX_DAYS_PER_JOB),
  );
  return Math.ceil(pieces.reduce((sum, n) => sum + n, 0) / MAX_IDS_PER_JOB);
};

/** The fixed grid with the fewest jobs; among equals the one whose last window ends with the last needed day. */
const onBestGrid = (needs: readonly Open[], fewest: number): Portion[] => {
  const end = needs.reduce((latest, { spans }) => Math.max(latest, last(spans)), Number.NEGATIVE_INFINITY);
  const begin = needs.reduce((earliest, { spans }) => Math.min(earliest, first(spans)), Number.POSITIVE_INFINITY);
  let best = { anchor: end, jobs: Number.POSITIVE_INFINITY };
  for (let i = 0; i < MAX_DAYS_PER_JOB && best.jobs > fewest; i += 1) {
    const anchor = end + 1 - MAX_DAYS_PER_JOB - i;
    const jobs = jobsOnGrid(needs, anchor, begin);
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
 * The window begins at the earliest day that is still needed and takes the 20 ids whose need begins nearest to it. For ads
 * that run a few weeks this makes fewer jobs than a grid. `apart` leaves out ids of which the job would read again days
 * that another slice has taken: a job reads all its ids over its whole range.
 */
const greedyByFirstDay = (needs: readonly Open[], apart: boolean): Portion[] => {
  const portions: Portion[] = [];
  const open = new Heap(byFirstDay);
  open.init([...needs]);
  /** Ids that the next window may have to leave out. */
  const partly = new Heap<Open>((x, y) => x.taken - y.taken);
  for (;;) {
    for (
      let next = partly.peek();
      next && next.taken < (open.peek()?.start ?? Number.POSITIVE_INFINITY);
      next = partly.peek()
    ) {
      open.push(next);
      partly.pop();
    }
    const earliest = open.peek();
    if (!earliest) return portions;
    const from = earliest.start;
    const to = from + MAX_DAYS_PER_JOB - 1;
    const chosen: Open[] = [];
    for (let next = open.peek(); next && next.start <= to; next = open.peek()) {
      if (chosen.length === MAX_IDS_PER_JOB) break;
      chosen.push(next);
      open.pop();
    }
    const { portion, rest } = take(chosen, from, to);
    portions.push(portion);
    for (const left of rest) (apart ? partly : open).push(left);
  }
};

/** By first needed day; among equals in input order, so that the packing is deterministic. */
const byFirstDay = (x: Open, y: Open): number => x.start - y.start || x.order - y.order;

const mirrored = (spans: readonly Span[]): Span[] => spans.map(([a, b]): Span => [-b, -a]).toReversed();

/** Greedy from the newest day backwards: greedy forwards on mirrored days. */
const greedyByLastDay = (needs: readonly Open[], apart: boolean): Portion[] =>
  greedyByFirstDay(
    needs.map((need) => ({ ...need, spans: mirrored(need.spans), start: -last(need.spans) })),
    apart,
  ).map((portion) => portion.map(({ id, spans }) => ({ id, spans: mirrored(spans) })));

const GREEDY: readonly ((needs: readonly Open[]) => Portion[])[] = [
  (needs) => greedyByLastDay(needs, true),
  (needs) => greedyByFirstDay(needs, true),
  (needs) => greedyByLastDay(needs, false),
  (needs) => greedyByFirstDay(needs, false),
];

/** The range is no wider than its ids need. */
const toSlice = (portion: Portion): SlicePlan => ({
  entityIds: portion.map(({ id }) => id),
  range: toRange([
    Math.min(...portion.map(({ spans }) => first(spans))),
    Math.max(...portion.map(({ spans }) => last(spans))),
  ]),
  claims: portion.flatMap(({ id, spans }) => spans.map((span) => ({ entityId: id, days: toRange(span) }))),
});

/**
 * Plans the jobs for one account × level × placement × metric set: each needed day of each id is claimed by exactly one
 * slice. Several packings are tried and the one with the fewest jobs is taken, so the plan is never worse than a fixed
 * grid nor than greedy by start day; among equals one that reads nothing twice. Slices are returned in the order in which
 * to submit them: the newest last day first.
 */
export const planSlices = (needs: readonly Need[]): SlicePlan[] => {
  const open = needs
    .map(({ entityId, ranges }, order) => {
      const spans = toSpans(ranges);
      return { id: entityId, order, spans, start: first(spans), taken: NOTHING_TAKEN };
    })
    .filter(({ spans }) => spans.length > 0);
  if (open.length === 0) return [];
  const fewest = fewestJobs(open);
  // Stops at the lower bound: one thread plans for all accounts of a worker.
  let best = onBestGrid(open, fewest);
  for (const pack of GREEDY) {
    if (best.length === fewest) break;
    const packing = pack(open);
    if (packing.length < best.length) best = packing;
  }
  return best
    .map(toSlice)
    .toSorted((a, b) => compareDays(b.range.to, a.range.to) || compareDays(b.range.from, a.range.from));
};

/** The halves of a slice that X failed to compute twice, to find the id that X cannot compute. */
export const halves = (ids: readonly EntityId[]): readonly (readonly EntityId[])[] => {
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)].filter((half) => half.length > 0);
};
