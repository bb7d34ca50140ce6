/** X computes at most this many jobs of one ad account at once, whoever created them (docs/x-ads-api.md §9.3). */
export const JOB_SLOTS = 100;

export interface Slots {
  /** Our jobs of all runs of the account that are being created or processed. */
  readonly held: number;
  /** X's last header, and the slots that we reserved since that response. */
  readonly header: { readonly limit: number; readonly remaining: number; readonly reservedSince: number } | undefined;
  /** X refused lately with TOO_MANY_JOBS. */
  readonly refused: boolean;
  /** The part of the slots that the run's class may use, 0 to 1: below 1 while a higher class waits. */
  readonly classShare: number;
  /** Other connections of the same class that wait for slots of the account. (Default: none) */
  readonly shares?: SlotShares;
}

/** How connections of one class share the slots of an account while several of them wait. */
export interface SlotShares {
  /** Other connections that wait. */
  readonly rivals: number;
  /** Held jobs of the connection that asks. */
  readonly own: number;
  /** Jobs of connections that are not waiting for a slot. */
  readonly heldBySatisfied: number;
}

/** Equal parts, for those who wait, of what the satisfied leave. Whoever holds more gets none until its jobs end. */
const freeInShare = (limit: number, { rivals, own, heldBySatisfied }: SlotShares): number =>
  rivals === 0 ? limit : Math.ceil((limit - heldBySatisfied) / (rivals + 1)) - own;

/** How many jobs of the account X computes at once, by what it said last. */
export const slotLimit = ({ header }: Pick<Slots, 'header'>): number => Math.min(JOB_SLOTS, header?.limit ?? JOB_SLOTS);

/** How many jobs may be created now: the lowest of our own count, X's header, and the connection's share. */
export const freeSlots = ({ held, header, refused, classShare, shares }: Slots): number => {
  if (refused) return 0;
  const usable = Math.floor(slotLimit({ header }) * classShare);
  const byOurCount = usable - held;
  const byHeader = header ? header.remaining - header.reservedSince : byOurCount;
  const byShare = shares ? freeInShare(usable, shares) : usable;
  return Math.max(0, Math.min(byOurCount, byHeader, byShare));
};

/**
 * Is X's header the only thing that leaves no slot? It changes with X's next response only, and where none of our jobs is
 * computed there may never be one: then X must be asked.
 */
export const onlyHeaderBinds = (slots: Slots): boolean =>
  freeSlots(slots) === 0 && freeSlots({ ...slots, header: undefined }) > 0;
