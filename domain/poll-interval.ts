import type { SliceCounts } from './run.js';

/** Seconds between two polls at the least, and while somebody waits for what X computes. */
const SHORTEST = 1;
const SHORTEST_IF_URGENT = 0.5;
/**
 * For how long a job is expected, in seconds before and after it is due: what a job took is known from polls, which are late
 * by up to one interval.
 */
const EXPECTED_BEFORE = 1;
const EXPECTED_AFTER = 3;
/** A job that is not due yet is asked about after this long all the same, because X may have become quicker. */
const LONGEST_BEFORE_DUE = 5;

interface PollMoment {
  /** Nothing has landed yet, and somebody may be watching. (Default: false) */
  readonly isFirst?: boolean;
  /** Slices wait for the slots of the jobs. (Default: false) */
  readonly isAwaited?: boolean;
  /** Until the oldest job has taken as long as the quickest before it; negative after that. (Default: not known) */
  readonly dueIn?: number | undefined;
}

/**
 * Seconds until X is asked for the state of the open jobs again. The interval is 1/8 of the time since the last progress
 * (1–5 s), so polling adds at most 12.5 % to a job; after two minutes without progress it is 15 s, after ten 60 s. Where it
 * is known what X takes, X is asked around the moment at which jobs are due, and seldom before. It is half a second where
 * that moves the first numbers, or the next jobs, forward.
 */
export const nextPoll = (
  sinceProgress: number,
  { isFirst = false, isAwaited = false, dueIn }: PollMoment = {},
): number => {
  if (sinceProgress >= 600) return 60;
  if (sinceProgress >= 120) return 15;
  const early = (dueIn ?? 0) - EXPECTED_BEFORE;
  const isExpected = dueIn !== undefined && early <= 0 && dueIn > -EXPECTED_AFTER;
  const shortest = (isFirst && sinceProgress < 8) || (isAwaited && isExpected) ? SHORTEST_IF_URGENT : SHORTEST;
  const usual = isExpected ? shortest : Math.min(5, Math.max(shortest, Math.floor(sinceProgress / 8)));
  return Math.max(usual, Math.round(10 * Math.min(early, LONGEST_BEFORE_DUE)) / 10);
};

/** Seconds until a run that waits for another looks again: 1/8 of the time for which it has waited, up to a minute. */
export const nextLook = (waited: number): number => Math.min(60, Math.max(1, Math.floor(waited / 8)));

/** A run with at most this many slices lands them together: separate rounds would cost more than they save. */
const SMALL_RUN = 12;
/** How long the ready jobs of a small run wait for the rest, in seconds. */
const REST_SECONDS = 3;

/**
 * Should polling end, because the run can land or submit? In a large run any ended job is enough: files are landed while X
 * computes the rest. A small run waits some seconds, so that its jobs, which end nearly together, are landed together.
 */
export const isWorthReturning = (
  counts: SliceCounts,
  /** Since polling began: the number of jobs that ended, and for how many seconds each of the ready ones is ready. */
  news: { ended: number; readySeconds: readonly number[] },
): boolean => {
  const { planned, inFlight, ready, landed, failed } = counts;
  if (inFlight === 0) return true;
  const isSmall = planned === 0 && inFlight + ready + landed + failed <= SMALL_RUN;
  return isSmall
    ? news.readySeconds.some((seconds) => seconds >= REST_SECONDS)
    : news.ended > 0 || news.readySeconds.length > 0;
};
