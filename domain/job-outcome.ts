/**
 * What to do when a job brought no numbers, whatever the reason. Nothing is dropped and nothing is tried without end: the
 * slice is tried again, split in two to find the id that is to blame, or, at a single id after ten tries, recorded as
 * failed with the reason.
 */

/** How long to wait for X before a job is given up and created again, in seconds. */
export interface JobTimeouts {
  /** X may still execute a create whose answer was lost for this long. (Default: 12, above the client's own timeout) */
  readonly lostCreate: number;
  /** A job may be missing from X's list, queued or processing for this long after its creation. (Default: 1,800) */
  readonly job: number;
  /** A file may answer 404 or 426 for this long after SUCCESS, unless the job expires before. (Default: 600) */
  readonly file: number;
  /** No run creates jobs for this long after X answered TOO_MANY_JOBS because of other tools. (Default: 15) */
  readonly refusedSlots: number;
  /** X's last header on job slots is trusted for this long where only it leaves no slot; then X is asked. (Default: 10) */
  readonly saidSlots: number;
}

export const defaultJobTimeouts: JobTimeouts = {
  lostCreate: 12,
  job: 1_800,
  file: 600,
  refusedSlots: 15,
  saidSlots: 10,
};

/** Failures of a slice of several ids before it is split: the first may be chance. */
const FAILURES_BEFORE_SPLIT = 2;
/** Tries of a single id before it is recorded as failed. */
export const TRIES_OF_ONE_ID = 10;
/**
 * Unreadable downloads of one file before the job is created again. Where an earlier job of the slice has failed as well,
 * the download is not to blame.
 */
export const triesOfOneFile = (failures: number): number => (failures === 0 ? 4 : 1);

export type Next =
  | { readonly kind: 'retry'; readonly afterSeconds: number }
  | { readonly kind: 'split' }
  | { readonly kind: 'give_up' };

/** Short at first, because most failures are chance; at most five seconds, because each try holds a slot much longer. */
const backOff = (tries: number): number => Math.min(5, 0.25 * 2 ** tries);

/**
 * After X could not compute the job, or its file could not be read; `failures` counts the earlier failures of the slice.
 */
export const afterFailure = (ids: number, failures: number): Next => {
  if (ids > 1) return failures + 1 < FAILURES_BEFORE_SPLIT ? { kind: 'retry', afterSeconds: 0 } : { kind: 'split' };
  return failures + 1 < TRIES_OF_ONE_ID ? { kind: 'retry', afterSeconds: backOff(failures) } : { kind: 'give_up' };
};

/** X may be away for an hour: the tries of one slice take longer than that. */
const LONGEST_INTERRUPTION = 300;

/**
 * After a job ended before it could be read, which says nothing of its ids: X never made it, cancelled it, or did not
 * finish it in time. `interruptions` counts the earlier ones of the slice.
 */
export const afterInterruption = (ids: number, interruptions: number): Next => {
  if (interruptions + 1 < TRIES_OF_ONE_ID)
    return { kind: 'retry', afterSeconds: Math.min(LONGEST_INTERRUPTION, 2 ** interruptions) };
  return { kind: ids > 1 ? 'split' : 'give_up' };
};

/** After X refused to create the job: it would refuse the same request again. */
export const afterRefusal = (ids: number): Next => ({ kind: ids > 1 ? 'split' : 'give_up' });

/** Tries of an id whose numbers cannot be read: X computes the same file again, unless it was the company of other ids. */
export const TRIES_OF_UNREADABLE = 3;

/** After a finished file left ids out, or had numbers of them that cannot be read; `omissions` counts the earlier times. The ids are tried again in a slice of their own. */
export const afterOmission = (omissions: number, tries: number = TRIES_OF_ONE_ID): Next =>
  omissions + 1 < tries ? { kind: 'retry', afterSeconds: backOff(omissions) } : { kind: 'give_up' };
