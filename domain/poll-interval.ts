import type { SliceCounts } from './run.js';

/** Seconds between two polls at the least, and while somebody waits for the first numbers of a connection. */
const SHORTEST = 1;
const SHORTEST_OF_FIRST = 0.5;

/**
 * Seconds until X is asked for the state of the open jobs again. The interval is 1/8 of the time since the last progress
 * (1–5 s), so polling adds at most 12.5 % to a job; after two minutes without progress it is 15 s, after ten 60 s.
 * `isFirst`: nothing has landed yet, and somebody may be watching: half a second at the least.
 */
export const nextPoll = (sinceProgress: number, { isFirst = false }: { readonly isFirst?: boolean } = {}): number => {
  if (sinceProgress >= 600) return 60;
  if (sinceProgress >= 120) return 15;
  return Math.min(
    5,
    Math.max(isFirst && sinceProgress < 8 ? SHORTEST_OF_FIRST : SHORTEST, Math.floor(sinceProgress / 8)),
  );
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
