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
}

/** How many jobs may be created now: the lower of what we count and what X's header says. */
export const freeSlots = ({ held, header, refused, share }: Slots): number => {
  if (refused) return 0;
  const limit = Math.min(JOB_SLOTS, header?.limit ?? JOB_SLOTS);
  const byOurCount = Math.floor(limit * share) - held;
  const byHeader = header ? header.remaining - header.reservedSince : byOurCount;
  return Math.max(0, Math.min(byOurCount, byHeader));
};
