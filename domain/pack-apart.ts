import type { DayRange } from './calendar.js';
import { dayNumber } from './calendar.js';
import { overlap, toRange, toSpans } from './day-ranges.js';
import type { EntityId } from './ids.js';
import { MAX_DAYS_PER_JOB, MAX_IDS_PER_JOB } from './slice.js';
import type { Claim, SlicePlan } from './slice.js';

/*
 * A job reads all its ids over its whole range, also on days that none of its claims is for. Mostly that costs nothing. But
 * days that another run is reading must not be read twice only because they lie between days that are needed.
 */

/** Days of an id that a slice must not read, unless they are a claim of its own. Days are numbers here. */
interface Barrier {
  readonly from: number;
  readonly to: number;
  /** The slice that has the claim; none for days that another run reads. */
  owner?: Draft;
}

/** A claim, which is a barrier to all other slices. */
interface Piece extends Barrier {
  readonly claim: Claim;
}

/** A slice under construction. */
interface Draft {
  readonly index: number;
  readonly ids: Set<EntityId>;
  readonly claims: Claim[];
  from: number;
  to: number;
  room: Room;
}

/** How far a range may grow before it meets a barrier. */
interface Room {
  readonly first: number;
  readonly last: number;
}

const NO_ROOM: Room = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };

const roomAround = (from: number, to: number, barriers: readonly Barrier[]): Room => {
  let first = Number.NEGATIVE_INFINITY;
  let last = Number.POSITIVE_INFINITY;
  for (const barrier of barriers) {
    if (barrier.to < from) first = Math.max(first, barrier.to + 1);
    else if (barrier.from > to) last = Math.min(last, barrier.from - 1);
    else return NO_ROOM;
  }
  return { first, last };
};

/** Newest last day first, as slices are submitted. */
const newestFirst = (a: Piece, b: Piece): number => b.to - a.to || b.from - a.from;

/**
 * Repacks the claims of slices that would read `known` days of an id, so that no slice does. Other slices are kept; they
 * only gain claims where they have room. Each claim goes to the first slice that may take it.
 */
export const keepApart = (
  slices: readonly SlicePlan[],
  known: ReadonlyMap<EntityId, readonly DayRange[]>,
): readonly SlicePlan[] => {
  const reads = (id: EntityId, range: DayRange): boolean => (known.get(id) ?? []).some((days) => overlap(days, range));
  const wrong = new Set(slices.filter(({ entityIds, range }) => entityIds.some((id) => reads(id, range))));
  if (wrong.size === 0) return slices;

  const barriers = new Map<EntityId, Barrier[]>();
  const barriersOf = (id: EntityId): Barrier[] => {
    const found = barriers.get(id) ?? toSpans(known.get(id) ?? []).map(([from, to]): Barrier => ({ from, to }));
    barriers.set(id, found);
    return found;
  };
  /** The slices that each id is in. */
  const homes = new Map<EntityId, Set<Draft>>();
  const drafts: Draft[] = [];
  /** Those that may take one more id. */
  let open: Draft[] = [];

  const put = (draft: Draft, piece: Piece): void => {
    piece.owner = draft;
    draft.ids.add(piece.claim.entityId);
    draft.claims.push(piece.claim);
    draft.from = Math.min(draft.from, piece.from);
    draft.to = Math.max(draft.to, piece.to);
    const ofId = homes.get(piece.claim.entityId);
    if (ofId) ofId.add(draft);
    else homes.set(piece.claim.entityId, new Set([draft]));
  };
  const begin = (pieces: readonly Piece[]): Draft => {
    const range = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
    const draft: Draft = { index: drafts.length, ids: new Set(), claims: [], ...range, room: NO_ROOM };
    for (const piece of pieces) put(draft, piece);
    drafts.push(draft);
    open.push(draft);
    return draft;
  };
  const foreign = (draft: Draft, id: EntityId, besides?: Piece): Barrier[] =>
    barriersOf(id).filter((barrier) => barrier.owner !== draft && barrier !== besides);
  const measure = (draft: Draft): void => {
    draft.room = roomAround(
      draft.from,
      draft.to,
      [...draft.ids].flatMap((id) => foreign(draft, id)),
    );
    if (draft.ids.size >= MAX_IDS_PER_JOB) open = open.filter((one) => one !== draft);
  };

  const toPiece = (claim: Claim): Piece => {
    const piece = { claim, from: dayNumber(claim.days.from), to: dayNumber(claim.days.to) };
    barriersOf(claim.entityId).push(piece);
    return piece;
  };
  const loose: Piece[] = [];
  for (const slice of slices) {
    const pieces = slice.claims.map(toPiece);
    if (wrong.has(slice)) loose.push(...pieces);
    else begin(pieces);
  }
  drafts.forEach(measure);

  let newest = Number.POSITIVE_INFINITY;
  for (const piece of loose.toSorted(newestFirst)) {
    const { entityId } = piece.claim;
    if (piece.to < newest) {
      newest = piece.to;
      // Too new for this piece and all that follow.
      open = open.filter((draft) => draft.to - newest < MAX_DAYS_PER_JOB);
    }
    const own = roomAround(
      piece.from,
      piece.to,
      barriersOf(entityId).filter((barrier) => barrier !== piece),
    );
    const ofId = homes.get(entityId);
    /** A slice that has the id already: one barrier fewer, and no id more. */
    const takesMore = (draft: Draft): boolean => {
      const [from, to] = [Math.min(draft.from, piece.from), Math.max(draft.to, piece.to)];
      return (
        to - from < MAX_DAYS_PER_JOB &&
        [...draft.ids].every((id) => roomAround(from, to, foreign(draft, id, piece)) !== NO_ROOM)
      );
    };
    const takesNew = (draft: Draft): boolean => {
      const [from, to] = [Math.min(draft.from, piece.from), Math.max(draft.to, piece.to)];
      return (
        to - from < MAX_DAYS_PER_JOB &&
        from >= own.first &&
        to <= own.last &&
        from >= draft.room.first &&
        to <= draft.room.last &&
        ofId?.has(draft) !== true
      );
    };
    const more = [...(ofId ?? [])].filter(takesMore);
    const fresh = open.find(takesNew);
    const [draft] = [...more, ...(fresh ? [fresh] : [])].toSorted((a, b) => a.index - b.index);
    if (draft) put(draft, piece);
    measure(draft ?? begin([piece]));
  }
  return drafts.map((draft) => ({
    entityIds: [...draft.ids],
    range: toRange([draft.from, draft.to]),
    claims: draft.claims,
  }));
};
