import type { DayRange } from './calendar.js';
import { countDays, hull, overlap } from './day-ranges.js';
import type { EntityId } from './ids.js';
import { MAX_DAYS_PER_JOB, MAX_IDS_PER_JOB } from './slice.js';
import type { Claim, SlicePlan } from './slice.js';

/*
 * A job reads all its ids over its whole range, also on days that none of its claims is for. Mostly that costs nothing. But
 * days that another run is reading must not be read twice only because they lie between days that are needed.
 */

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

/**
 * Repacks the claims of slices that would read `known` days of an id, so that no slice does. Other slices are kept; they
 * only gain claims where they have room.
 */
export const keepApart = (
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
    if (draft.ids.size >= MAX_IDS_PER_JOB && !draft.ids.has(claim.entityId)) return false;
    const range = hull(draft.range, claim.days);
    if (countDays(range) > MAX_DAYS_PER_JOB) return false;
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
