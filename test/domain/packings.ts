import type { DayRange } from '../../domain/calendar.js';
import { dayNumber } from '../../domain/calendar.js';
import { countDays, hull, overlap } from '../../domain/day-ranges.js';
import type { EntityId } from '../../domain/ids.js';
import type { Claim, Need, SlicePlan } from '../../domain/slice.js';

/*
 * Simple ways to pack, as people would do it by hand: what the planner must never be worse than. They compare everything
 * with everything.
 */

const IDS = 20;
const DAYS = 90;

/** Windows of 90 days from the first day of the range; in each, its ids by twenties. */
export const fixedGridJobs = (needs: readonly Need[], { from, to }: DayRange): number => {
  let jobs = 0;
  for (let start = dayNumber(from); start <= dayNumber(to); start += DAYS) {
    const inWindow = needs.filter(({ ranges }) =>
      ranges.some((range) => dayNumber(range.from) < start + DAYS && dayNumber(range.to) >= start),
    );
    jobs += Math.ceil(inWindow.length / IDS);
  }
  return jobs;
};

/**
 * The window begins at the earliest day that nobody has read yet, takes the twenty ids with the earliest such days, and
 * reads what they need in ninety days.
 */
export const greedyJobs = (needs: readonly Need[]): number => {
  const left = new Map<string, number[]>();
  for (const { entityId, ranges } of needs) {
    const days: number[] = [];
    for (const { from, to } of ranges) for (let day = dayNumber(from); day <= dayNumber(to); day += 1) days.push(day);
    if (days.length > 0) left.set(entityId, days);
  }
  let jobs = 0;
  while (left.size > 0) {
    const queue = [...left].toSorted(([, a], [, b]) => (a[0] ?? 0) - (b[0] ?? 0));
    const end = (queue[0]?.[1][0] ?? 0) + DAYS;
    for (const [id, days] of queue.slice(0, IDS)) {
      const rest = days.filter((day) => day >= end);
      if (rest.length > 0) left.set(id, rest);
      else left.delete(id);
    }
    jobs += 1;
  }
  return jobs;
};

/** A slice under construction. */
interface Draft {
  readonly ids: Set<EntityId>;
  readonly claims: Claim[];
  range: DayRange;
}

const toDraft = ({ entityIds, range, claims }: SlicePlan): Draft => ({
  ids: new Set(entityIds),
  claims: [...claims],
  range,
});

const toSlice = ({ ids, range, claims }: Draft): SlicePlan => ({ entityIds: [...ids], range, claims });

/** Newest last day first, as slices are submitted. */
const newestFirst = (a: Claim, b: Claim): number =>
  b.days.to.localeCompare(a.days.to) || b.days.from.localeCompare(a.days.from);

/** Takes the claims of slices that read `known` days apart, and puts each into the first slice that can take it. */
export const firstFit = (
  slices: readonly SlicePlan[],
  known: ReadonlyMap<EntityId, readonly DayRange[]>,
): readonly SlicePlan[] => {
  const reads = (id: EntityId, range: DayRange): boolean => (known.get(id) ?? []).some((days) => overlap(days, range));
  const wrong = new Set(slices.filter(({ entityIds, range }) => entityIds.some((id) => reads(id, range))));
  if (wrong.size === 0) return slices;

  const own = new Map<EntityId, Claim[]>();
  for (const claim of slices.flatMap(({ claims }) => claims))
    own.set(claim.entityId, [...(own.get(claim.entityId) ?? []), claim]);
  const takes = (draft: Draft, claim: Claim): boolean => {
    if (draft.ids.size >= IDS && !draft.ids.has(claim.entityId)) return false;
    const range = hull(draft.range, claim.days);
    if (countDays(range) > DAYS) return false;
    const inside = [...draft.claims, claim];
    return [...draft.ids, claim.entityId].every(
      (id) =>
        !reads(id, range) &&
        (own.get(id) ?? []).every((other) => inside.includes(other) || !overlap(other.days, range)),
    );
  };

  const drafts = slices.filter((slice) => !wrong.has(slice)).map(toDraft);
  for (const claim of [...wrong].flatMap(({ claims }) => claims).toSorted(newestFirst)) {
    const draft = drafts.find((one) => takes(one, claim));
    if (draft) {
      draft.ids.add(claim.entityId);
      draft.claims.push(claim);
      draft.range = hull(draft.range, claim.days);
    } else {
      drafts.push({ ids: new Set([claim.entityId]), claims: [claim], range: claim.days });
    }
  }
  return drafts.map(toSlice);
};
