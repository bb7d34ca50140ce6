/**
 * What to do about a job that did not bring its numbers. Nothing is dropped: a slice is asked again, cut in two to find
 * the id that X cannot compute, or, at a single id and after jobTimeouts, settled as failed with the reason.
 */

/** How long to wait for X before a job is given up and made again, in seconds. */
export interface JobTimeouts {
  /** A create whose answer is lost may still be done at X for this long. (Default: 12, above the client's own time-out) */
  readonly lostCreate: number;
  /** A job may be missing from X's list, queued or processing for this long after its creation. (Default: 1,800) */
  readonly job: number;
  /** A file may answer 404 or 426 for this long after SUCCESS, unless the job expires before. (Default: 600) */
  readonly file: number;
  /** Nobody creates jobs for this long after X said TOO_MANY_JOBS because of other tools. (Default: 15) */
  readonly refusedSlots: number;
  /**
   * For this long X's last word on job slots is believed where nothing else is in the way; then X is asked. (Default: 10)
   */
  readonly saidSlots: number;
}

export const defaultJobTimeouts: JobTimeouts = {
  lostCreate: 12,
  job: 1_800,
  file: 600,
  refusedSlots: 15,
  saidSlots: 10,
};

/** Failures of a slice of several ids before it is cut in two: the first may be chance. */
const FAILURES_BEFORE_SPLIT = 2;
/** Tries of a single id before it is believed that X cannot compute it. */
export const TRIES_OF_ONE_ID = 10;
/** Downloads that make no sense before the job is made again. */
export const TRIES_OF_ONE_FILE = 4;

export type Next =
  | { readonly kind: 'again'; readonly afterSeconds: number }
  | { readonly kind: 'split' }
  | { readonly kind: 'give_up' };

/** Short at first, because chance passes quickly; five seconds at most, because each try costs a slot for long anyway. */
const backOff = (tries: number): number => Math.min(5, 0.25 * 2 ** tries);

/** X said FAILED; `failures` counts the earlier ones. */
export const afterFailure = (ids: number, failures: number): Next => {
  if (ids > 1) return failures + 1 < FAILURES_BEFORE_SPLIT ? { kind: 'again', afterSeconds: 0 } : { kind: 'split' };
  return failures + 1 < TRIES_OF_ONE_ID ? { kind: 'again', afterSeconds: backOff(failures) } : { kind: 'give_up' };
};

/** A finished file left ids out; `omissions` counts the earlier times. They are asked again by themselves. */
export const afterOmission = (omissions: number): Next =>
  omissions + 1 < TRIES_OF_ONE_ID ? { kind: 'again', afterSeconds: backOff(omissions) } : { kind: 'give_up' };
