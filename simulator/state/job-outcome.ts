import { createRandom, hashText } from '../hash.js';
import type { NumbersQuery } from '../numbers/query.js';
import { faultEntityIds, type Fault, type Faults, type FaultKind, type Occasion } from './faults.js';

/**
 * How a job will go, in milliseconds of wire time: `queuedFor` and `hiddenFor` count from its creation, `processingFor`
 * from the end of the queue, `urlNullFor` from the end of the job.
 */
export interface JobOutcome {
  readonly queuedFor: number;
  readonly processingFor: number;
  readonly hiddenFor: number;
  readonly urlNullFor: number;
  readonly fails: boolean;
  readonly gluedUrl: boolean;
  readonly missingIds: ReadonlySet<string>;
}

const SLOW_SECONDS = 30;
const SHORT_SECONDS = 5;

/** The ids that the file leaves out: those that the fault names, else a quarter of the ids requested. */
const missingIds = (fault: Fault | null, query: NumbersQuery): ReadonlySet<string> => {
  if (fault === null) return new Set();
  const named = faultEntityIds(fault);
  if (named.length > 0) return new Set(named);
  const random = createRandom(hashText(query.entityIds.join()));
  const missing = query.entityIds.filter(() => random() < 0.25);
  return new Set(missing.length > 0 ? missing : query.entityIds.slice(0, 1));
};

const wait = (fault: Fault | null, otherwise: number): number =>
  fault === null ? 0 : (fault.seconds ?? otherwise) * 1000;

/** Decides how a new job will go, once, at its creation (docs/x-ads-api.md §9.2, §9.4). */
export const jobOutcomeOf = (faults: Faults, at: Occasion, query: NumbersQuery, jobSeconds: number): JobOutcome => {
  const strike = (kind: FaultKind): Fault | null => faults.strike(kind, at);
  return {
    queuedFor: wait(strike('job_queued'), SHORT_SECONDS),
    processingFor: jobSeconds * 1000 + wait(strike('job_slow'), SLOW_SECONDS),
    hiddenFor: wait(strike('job_missing'), SHORT_SECONDS),
    urlNullFor: wait(strike('url_null'), SHORT_SECONDS),
    fails: strike('job_failed') !== null,
    gluedUrl: strike('glued_url') !== null,
    missingIds: missingIds(strike('ids_missing'), query),
  };
};
