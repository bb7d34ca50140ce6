/** X computes at most this many jobs of one ad account at once, whoever made them (reference §9.3). */
export const JOB_SLOTS = 100;

export interface Slots {
  /** Jobs of ours that are being created or processed, of all runs of the account. */
  readonly held: number;
  /** What X's header last said, and how many slots we reserved since that response. */
  readonly header: { readonly limit: number; readonly remaining: number; readonly reservedSince: number } | undefined;
  /** X refused lately with TOO_MANY_JOBS. */
  readonly refused: boolean;
  /** The part of the slots that the asker's class may use, 0 to 1: below 1 while a higher class waits. */
  readonly share: number;
  /** Who else of the same class waits for slots of the account: connections take turns. (Default: nobody) */
  readonly turns?: Turns;
}

export interface Turns {
  /** Other connections that wait. */
  readonly rivals: number;
  /** Of the jobs held, those of the asker's connection. */
  readonly own: number;
  /** Of the jobs held, those of connections that do not wait: they have all they need. */
  readonly content: number;
}

/** Equal parts of what those who wait can have. Who holds more gets none until enough of its jobs have ended. */
const myTurn = (limit: number, { rivals, own, content }: Turns): number =>
  rivals === 0 ? limit : Math.ceil((limit - content) / (rivals + 1)) - own;

/** How many jobs may be created now: the lower of what we count and what X's header says. */
export const freeSlots = ({ held, header, refused, share, turns }: Slots): number => {
  if (refused) return 0;
  const limit = Math.min(JOB_SLOTS, header?.limit ?? JOB_SLOTS);
  const usable = Math.floor(limit * share);
  const byOurCount = usable - held;
  const byHeader = header ? header.remaining - header.reservedSince : byOurCount;
  const byTurns = turns ? myTurn(usable, turns) : usable;
  return Math.max(0, Math.min(byOurCount, byHeader, byTurns));
};

/**
 * Is what X's header said all that is in the way? It does not age by itself: it changes with the next response, and where
 * nothing of ours is computed there may never be one.
 */
export const onlyHeaderBinds = (slots: Slots): boolean =>
  freeSlots(slots) === 0 && freeSlots({ ...slots, header: undefined }) > 0;
