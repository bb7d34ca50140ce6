import { JOB_SLOTS } from './slots.js';

/** X takes so many creates of jobs in a minute. */
const CREATES_A_MINUTE = 440;
const MINUTE = 60;

/** Before X has computed a job of the account. */
export const USUAL_JOB_SECONDS = 10;

/** What X has of an import that goes on. */
export interface JobsUnderWay {
  /** Jobs that X computes, and for how many seconds it has had the youngest. */
  readonly atX: number;
  readonly sinceCreate: number;
  /** Creates within the last minute, and how many seconds ago the first of them was. */
  readonly inMinute: number;
  readonly sinceFirst: number;
}

const NONE: JobsUnderWay = { atX: 0, sinceCreate: 0, inMinute: 0, sinceFirst: 0 };

/**
 * How long so many jobs of one account take, in seconds: a hundred are computed at once, and 440 can be created in a minute.
 * `jobs` counts those that X computes as well.
 */
export const estimateSeconds = (
  jobs: number,
  jobSeconds: number = USUAL_JOB_SECONDS,
  { atX, sinceCreate, inMinute, sinceFirst }: JobsUnderWay = NONE,
): number => {
  if (jobs <= 0) return 0;
  const waves = (count: number): number => Math.ceil(count / JOB_SLOTS) * jobSeconds;
  const toCreate = Math.max(0, jobs - atX);
  const first = atX === 0 ? 0 : Math.max(0, jobSeconds - sinceCreate);
  // The slots that are free now take the first of them while X computes the others.
  const computing = Math.max(first, first + waves(toCreate - (atX === 0 ? 0 : JOB_SLOTS - Math.min(atX, JOB_SLOTS))));
  const beyond = toCreate - Math.max(0, CREATES_A_MINUTE - inMinute);
  if (beyond <= 0) return Math.ceil(computing);
  const minutes = Math.floor((beyond - 1) / CREATES_A_MINUTE);
  const untilNext = inMinute === 0 ? MINUTE : Math.max(0, MINUTE - sinceFirst);
  return Math.ceil(Math.max(computing, untilNext + MINUTE * minutes + waves(beyond - CREATES_A_MINUTE * minutes)));
};
