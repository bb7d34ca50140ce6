/**
 * When to ask X for the state of the open jobs again, in seconds, by how long nothing has ended: never later than an eighth
 * of it, so that what a job took is prolonged by an eighth at most. Right after a create or progress it is one second; a
 * job that X takes long over is asked for every 15 s after two minutes and every 60 s after ten.
 */
export const nextPoll = (sinceProgress: number): number => {
  if (sinceProgress >= 600) return 60;
  if (sinceProgress >= 120) return 15;
  return Math.min(5, Math.max(1, Math.floor(sinceProgress / 8)));
};

/** A run this small lands in one go: each going back and forth would cost more than it saves. */
const SMALL_RUN = 12;
/** How long what is ready waits for the rest of a small run. */
const REST_SECONDS = 3;

/**
 * Is there something to go on with? In a large run, whatever has ended: files are stored while X computes the rest. A
 * small run waits a little, so that its jobs, which end nearly together, are landed together.
 */
export const isWorthGoingOn = (
  counts: { planned: number; inFlight: number; ready: number; landed: number; failed: number },
  /** Since the polling began: jobs that ended just now, and for how long those wait that became ready. */
  news: { ended: number; readySeconds: readonly number[] },
): boolean => {
  const { planned, inFlight, ready, landed, failed } = counts;
  if (inFlight === 0) return true;
  const isSmall = planned === 0 && inFlight + ready + landed + failed <= SMALL_RUN;
  return isSmall
    ? news.readySeconds.some((seconds) => seconds >= REST_SECONDS)
    : news.ended > 0 || news.readySeconds.length > 0;
};
