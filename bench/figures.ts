import { floorSeconds } from '../local/once/bounds.js';
import type { RequestReport } from '../local/once/simulated.js';

/* The bars of docs/benchmarks.md that figures are compared with. */

/** How much longer a year of one account may take than X's limits make it take. */
export const wallBar = (floor: number): number => 1.15 * floor + 3;

/** Seconds until `xads --help` has ended, which asks nobody anything. */
export const HELP_BARS = { clone: 0.4, built: 0.25 } as const;
/** Landing against a bare COPY of the same rows. */
export const LANDING_BAR = 0.5;
/** `--delete-data` of a year of twenty accounts, beside a landing. */
export const DELETION_BAR_SECONDS = 10;
/** `xads reconcile` over a year of two thousand ads. */
export const RECONCILE_BAR_SECONDS = 3;
/** First numbers in the view after Save, with jobs of two seconds. */
export const FIRST_NUMBERS_BAR = { seconds: 5, jobSeconds: 2 } as const;
/** First numbers beside somebody else's large import, against the time that they take alone. */
export const FIRST_NUMBERS_BESIDE_BAR = 2;
/** The Connections page at 10 Mbit/s, 40 ms and a processor slowed four times, and its list of a thousand. */
export const CONSOLE_BARS = { paintSeconds: 2.5, scriptKb: 250, performanceKb: 350, listMs: 300, drawMs: 150 } as const;
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

/** Counts refusals by status, the sign-in page's included: a healthy run has none. */
export const refusals = ({ counts }: Pick<RequestReport, 'counts'>): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { status, count } of counts) {
    if (status >= 400) found[`${status}`] = (found[`${status}`] ?? 0) + count;
  }
  return found;
};

/** The number of TOO_MANY_JOBS refusals. Their status is 400 like that of other errors, so the simulator counts them by name. */
export const tooManyJobs = ({ limits_hit: limits }: Pick<RequestReport, 'limits_hit'>): number =>
  limits['jobs in processing'] ?? 0;

export interface SubmissionOrder {
  /** The number of jobs that arrived after a job with an earlier last day. */
  readonly late: number;
  /** The largest number of places by which one was late. Eight creates go out at once, so a few places are no disorder. */
  readonly furthest: number;
}

/** Judges whether slices were submitted by descending last day, by the order in which the creates arrived at X. */
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

/** The simulator's timestamps of jobs and this process's clock are the same clock. */
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
