import { floorSeconds } from '../local/once/bounds.js';
import type { RequestReport } from '../local/once/simulated.js';

/** What the figures are held against: the bars of docs/benchmarks.md, each stated here once. */

/** A year of one account may take this much longer than X's limits make it take. */
export const wallBar = (floor: number): number => 1.15 * floor + 3;

/** Landing against a bare COPY of the same rows. */
export const LANDING_BAR = 0.5;
/** First numbers in the view after Save, with jobs of two seconds. */
export const FIRST_NUMBERS_BAR = { seconds: 5, jobSeconds: 2 } as const;
/** First numbers beside somebody else's large import, against the time that they take alone. */
export const FIRST_NUMBERS_BESIDE_BAR = 2;
export const HISTORY_BARS = { events: 4_000, replaySeconds: 1 } as const;
/** Jobs against the lower bound, where ads are always on. */
export const JOBS_BAR = 1.05;

/** One account of 20 active ads, a day: the daily sync of many connections by one worker. */
export const CONNECTION_DAY_BARS = {
  requests: 30,
  events: 60,
  /** Seconds per connection at 1,000 connections against 100. */
  scale: 1.25,
} as const;
/** Jobs that follow the change feed against those of a blind re-read, where this share of the ads ended over three days ago. */
export const FEED_JOBS_BAR = 0.5;
export const ENDED_SHARE = 0.8;

export const floorOf = (jobs: number, jobSeconds: number): number => floorSeconds([jobs], jobSeconds);

/** Refusals by status. Those of the sign-in page count, too: a healthy run has none at all. */
export const refusals = ({ counts }: Pick<RequestReport, 'counts'>): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { status, count } of counts) {
    if (status >= 400) found[`${status}`] = (found[`${status}`] ?? 0) + count;
  }
  return found;
};

/** X's refusals for want of a job slot: status 400 as other mistakes are, so the simulator counts them by name. */
export const tooManyJobs = ({ limits_hit: limits }: Pick<RequestReport, 'limits_hit'>): number =>
  limits['jobs in processing'] ?? 0;

export interface SubmissionOrder {
  /** Jobs that arrived after one with an earlier last day. */
  readonly late: number;
  /** How many places the furthest of them was behind. Creates go out eight at once, so a few are no disorder. */
  readonly furthest: number;
}

/** Were slices submitted by descending last day? From X's side: the order in which the creates arrived. */
export const submissionOrder = (jobs: readonly { readonly end_time: string }[]): SubmissionOrder => {
  const ends = jobs.map((job) => Date.parse(job.end_time));
  const places = ends.map((_, index) => index).toSorted((a, b) => (ends[b] ?? 0) - (ends[a] ?? 0) || a - b);
  let earliest = Number.POSITIVE_INFINITY;
  let late = 0;
  for (const end of ends) {
    if (end > earliest) late += 1;
    earliest = Math.min(earliest, end);
  }
  const furthest = Math.max(0, ...places.map((arrived, rightful) => arrived - rightful));
  return { late, furthest };
};

/** When the slowest part of a run was over, in seconds since Save, as X saw it. */
export interface Phases {
  readonly firstCreate: number;
  readonly lastCreate: number;
  readonly lastJobDone: number;
}

/** The simulator stamps jobs with the clock that we have, too. */
export const phasesOf = (jobs: RequestReport['jobs'], savedAt: number): Phases => {
  const times = (name: string): readonly number[] =>
    jobs.flatMap((job) => (typeof job[name] === 'string' ? [(Date.parse(job[name]) - savedAt) / 1000] : []));
  const created = times('created_at');
  return {
    firstCreate: Math.min(...created),
    lastCreate: Math.max(...created),
    lastJobDone: Math.max(...times('ended_at')),
  };
};
