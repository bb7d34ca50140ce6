import type { AccountId } from '../../domain/ids.js';
import type { GrantSummary, OverallProgress, RunSummary } from '../shapes.js';

const sum = (runs: readonly RunSummary[], count: (run: RunSummary) => number): number =>
  runs.reduce((total, run) => total + count(run), 0);

const total = (run: RunSummary): number => run.planned + run.inFlight + run.ready + run.landed + run.failed;
const done = (run: RunSummary): number => run.landed + run.failed;

/** How far one account is: 0 before its run has planned its slices. */
const accountFraction = (runs: readonly RunSummary[], finished: boolean): number => {
  const slices = sum(runs, total);
  if (slices > 0) return sum(runs, done) / slices;
  return finished ? 1 : 0;
};

/**
 * The progress over all accounts of a connection. Accounts weigh the same, whatever their number of slices, because that of
 * an account which has not planned yet is unknown and must not make the bar jump back.
 */
export const overallProgress = (grants: readonly GrantSummary[], runs: readonly RunSummary[]): OverallProgress => {
  const running = runs.filter((run) => run.state === 'running');
  const of = (accountId: AccountId): readonly RunSummary[] => running.filter((run) => run.accountId === accountId);
  const backfilling = grants.filter((grant) => grant.status === 'backfilling');
  const concerned =
    backfilling.length > 0
      ? grants.filter((grant) => grant.status !== 'blocked')
      : grants.filter((grant) => of(grant.accountId).length > 0);
  const fractions = concerned.map((grant) => accountFraction(of(grant.accountId), grant.status === 'up_to_date'));
  return {
    fraction: fractions.length === 0 ? 1 : fractions.reduce((a, b) => a + b, 0) / fractions.length,
    jobs: sum(running, total),
    landed: sum(running, (run) => run.landed),
    inFlight: sum(running, (run) => run.inFlight + run.ready),
    failed: sum(running, (run) => run.failed),
    planning: concerned.filter((grant) => {
      const own = of(grant.accountId);
      return (grant.status === 'backfilling' || own.length > 0) && sum(own, total) === 0;
    }).length,
  };
};

/** One of the workflows of a manual backfill: ended, or with its run, once that is open. */
export interface BackfillPart {
  readonly ended: boolean;
  readonly run?: RunSummary | undefined;
}

/** The progress of one manual backfill, whatever else goes on beside it. */
export const backfillProgress = (parts: readonly BackfillPart[]): OverallProgress => {
  const going = parts.filter(({ ended }) => !ended);
  const runs = going.flatMap(({ run }) => run ?? []);
  const fractions = parts.map(({ ended, run }) => (ended ? 1 : accountFraction(run ? [run] : [], false)));
  return {
    fraction: fractions.length === 0 ? 1 : fractions.reduce((a, b) => a + b, 0) / fractions.length,
    jobs: sum(runs, total),
    landed: sum(runs, (run) => run.landed),
    inFlight: sum(runs, (run) => run.inFlight + run.ready),
    failed: sum(runs, (run) => run.failed),
    planning: going.filter(({ run }) => run === undefined || total(run) === 0).length,
  };
};

/** How far it was (0 to 1) at a time in milliseconds. */
export interface ProgressSample {
  readonly at: number;
  readonly fraction: number;
}

/** The window over which the speed is measured: long enough for a wave of X's jobs to count as one. */
const ESTIMATE_WINDOW_MS = 60_000;

/** Less time or progress than this says nothing of the speed. */
const LEAST_MS = 3_000;
const LEAST_FRACTION = 0.02;

/**
 * Seconds left, from how far it came in the last minute; `undefined` while nothing can be said. `samples` are in order
 * of time.
 */
export const secondsLeft = (samples: readonly ProgressSample[]): number | undefined => {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const first = samples.find((sample) => sample.at >= last.at - ESTIMATE_WINDOW_MS);
  if (first === undefined || last.at - first.at < LEAST_MS || last.fraction >= 1) return undefined;
  if (last.fraction - first.fraction < LEAST_FRACTION) return undefined;
  return Math.round(((1 - last.fraction) * (last.at - first.at)) / (last.fraction - first.fraction) / 1000);
};
