import { dayNumber } from './calendar.js';
import type { DayRange } from './calendar.js';
import type { EntityId } from './ids.js';
import { MAX_DAYS, MAX_IDS } from './slice.js';
import type { Claim, SlicePlan } from './slice.js';

/*
 * A job reads all its ids over its whole range, also on days that none of its claims is for. Mostly that costs nothing; but
 * what another run reads just now must not be asked of X a second time only because it lies between days that are needed.
 */

/** A slice that is being put together. */
interface Draft {
  readonly ids: Set<EntityId>;
  readonly claims: Claim[];
  range: DayRange;
}

const meet = (a: DayRange, b: DayRange): boolean => a.from <= b.to && b.from <= a.to;

const hull = (a: DayRange, b: DayRange): DayRange => ({
  from: a.from < b.from ? a.from : b.from,
  to: a.to > b.to ? a.to : b.to,
});

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
 * Takes apart the slices that would read days of an id that are `known`, and puts their claims together anew so that none
 * does. Slices that do not are left as they are, save that claims may join them where they have room.
 */
export const keepApart = (
  slices: readonly SlicePlan[],
  known: ReadonlyMap<EntityId, readonly DayRange[]>,
): readonly SlicePlan[] => {
  const reads = (id: EntityId, range: DayRange): boolean => (known.get(id) ?? []).some((days) => meet(days, range));
  const wrong = new Set(slices.filter(({ entityIds, range }) => entityIds.some((id) => reads(id, range))));
  if (wrong.size === 0) return slices;

  const own = new Map<EntityId, Claim[]>();
  for (const claim of slices.flatMap(({ claims }) => claims))
    own.set(claim.entityId, [...(own.get(claim.entityId) ?? []), claim]);
  const takes = (draft: Draft, claim: Claim): boolean => {
    if (draft.ids.size >= MAX_IDS && !draft.ids.has(claim.entityId)) return false;
    const range = hull(draft.range, claim.days);
    if (dayNumber(range.to) - dayNumber(range.from) >= MAX_DAYS) return false;
    const inside = [...draft.claims, claim];
    return [...draft.ids, claim.entityId].every(
      (id) =>
        !reads(id, range) && (own.get(id) ?? []).every((other) => inside.includes(other) || !meet(other.days, range)),
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
