import { JOB_SLOTS } from './slots.js';

/** X takes so many creates of jobs in a minute. */
const CREATES_A_MINUTE = 440;

/** Before X has computed a job of the account. */
export const USUAL_JOB_SECONDS = 10;

/**
 * How long so many jobs of one account take, in seconds: a hundred are computed at once, and 440 can be created in a minute.
 */
export const estimateSeconds = (jobs: number, jobSeconds: number = USUAL_JOB_SECONDS): number => {
  if (jobs <= 0) return 0;
  const minutes = Math.floor((jobs - 1) / CREATES_A_MINUTE);
  const last = jobs - CREATES_A_MINUTE * minutes;
  const computing = Math.ceil(jobs / JOB_SLOTS) * jobSeconds;
  return Math.ceil(Math.max(computing, 60 * minutes + Math.ceil(last / JOB_SLOTS) * jobSeconds));
};
