import {
  CancellationScope,
  CancelledFailure,
  ContinueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenedRange } from '../activities/import/runs.js';
import type { DayRange } from '../domain/calendar.js';
import type { RunId } from '../domain/ids.js';
import { describeProgress, noProgress } from '../domain/progress.js';
import type { ImportPhase, ImportProgress } from '../domain/progress.js';
import { phaseAttribute, waitReasonAttribute } from '../temporal/search-attributes.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import { importSlices } from './import-lanes.js';
import type { ImportContext, Imported, ImportRun } from './import-run.js';
import { progressQuery } from './messages.js';
import { isCancelled, problemOf } from './problems.js';
import { api, person, store } from './proxies.js';

/**
 * Imports one range of one account: survey what was active, plan, submit, poll, land, name. `backfill` and `dailySync`
 * both call it, so that phase and progress show on the workflow that the caller was given. Submitting, polling and
 * landing run concurrently, because X computes a hundred jobs at once; what they share is in Postgres.
 */
export const runImport = async (input: ImportRun, continueWith: ImportContext['continueWith']): Promise<Imported> => {
  let progress: ImportProgress = noProgress;
  const show = (change: Partial<ImportProgress>): void => {
    // Any news ends the hold that was shown before.
    const { hold: _, ...before } = progress;
    progress = { ...before, ...change };
    setCurrentDetails(describeProgress(progress));
  };
  const enter = (phase: ImportPhase): void => {
    show({ phase });
    const waitsFor = phase === 'waiting_for_another_run' ? 'another_run' : null;
    upsertSearchAttributes([
      { key: phaseAttribute, value: phase },
      { key: waitReasonAttribute, value: waitsFor },
    ]);
  };
  setHandler(progressQuery, () => progress, { description: 'Where the import stands, and why it waits.' });

  const { runId } = input;
  let jobs = input.jobs ?? [];
  try {
    const opened: OpenedRange = input.planned ? { kind: 'open', range: input.planned } : await openRange(input);
    if (opened.kind === 'nothing_due') return { range: null, landed: 0, failed: 0, reason: opened.reason };
    const { range } = opened;
    show({ range });
    const context: ImportContext = {
      show,
      enter,
      atX: (now) => void (jobs = now),
      continueWith: (next) => continueWith({ ...next, jobs }),
    };
    await importAll(input, range, context);
    await store.closeRun.executeWithOptions({ summary: 'Close the run: completed' }, [{ runId, state: 'completed' }]);
    enter('done');
    return { range, landed: progress.landed, failed: progress.failed };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    await CancellationScope.nonCancellable(() => closeFailedRun({ ...input, jobs }, error));
    throw isCancelled(error) ? new CancelledFailure('the import was cancelled', [], error as Error) : error;
  }
};

const openRange = (input: ImportRun): Promise<OpenedRange> => {
  const { runId, connectionId, accountId, kind, range, refetch, requestId, nominal } = input;
  const { workflowId } = workflowInfo();
  return api.openRange.executeWithOptions({ summary: 'Which days are due?' }, [
    {
      runId,
      connectionId,
      accountId,
      kind,
      workflowId,
      ...(range ? { range } : {}),
      ...(refetch ? { refetch } : {}),
      ...(requestId === undefined ? {} : { requestId }),
      ...(nominal === undefined ? {} : { nominal }),
    },
  ]);
};

/** Plans and imports until nothing is left to read; plans again while another run holds entity-days of the range. */
const importAll = async (input: ImportRun, range: DayRange, context: ImportContext): Promise<void> => {
  const { runId } = input;
  const { show, enter } = context;
  let plan = input.planned
    ? await store.planSlices.executeWithOptions({ summary: 'What is left to read?' }, [{ runId }])
    : await api.survey.executeWithOptions({ summary: 'What was active, and what must be read?' }, [{ runId }]);
  const creatives = plan.unnamed > 0 ? mirrorCreatives(runId) : Promise.resolve();
  // Awaited below; until then a failure must not count as unhandled.
  creatives.catch(() => undefined);
  for (;;) {
    const { held, unnamed: _, ...counts } = plan;
    show(counts);
    if (counts.planned + counts.inFlight + counts.ready > 0) {
      enter('importing');
      await importSlices(input, range, counts, context);
    }
    if (held === 0) break;
    if (shouldContinueAsNew(input.continueAsNewEvents)) await context.continueWith({ ...input, planned: range });
    enter('waiting_for_another_run');
    show({ hold: { reason: `another run is reading ${held} of the entity-days` } });
    plan = await store.awaitOtherRuns.executeWithOptions({ summary: 'another run holds these days' }, [{ runId }]);
  }
  show({ phase: 'naming' });
  await creatives;
};

/** Tweets and cards that are not stored yet; most daily syncs have none. */
const mirrorCreatives = async (runId: RunId): Promise<void> => {
  await api.mirrorCreatives.executeWithOptions({ summary: 'Tweets, cards and their destinations' }, [{ runId }]);
};

/** Ends the run's claims, slots and jobs after a cancellation or a failure. */
const closeFailedRun = async (run: ImportRun, error: unknown): Promise<void> => {
  if (isCancelled(error)) await giveUpRun(run, 'cancelled', 'a pause, a disconnect or a cancellation ended it');
  else await giveUpRun(run, 'failed', problemOf(error).nextStep);
};

/** Ends a run before its days are imported; `reason` is a sentence for people. */
export const giveUpRun = async (
  { runId, connectionId, accountId, jobs = [] }: ImportRun,
  state: 'cancelled' | 'failed',
  reason: string,
): Promise<void> => {
  // First, because other runs wait for its claims. What it has open at X then is marked, and cancelled there, also by
  // whoever creates jobs next, where X cannot be reached: `person` gives up within minutes, because somebody waits.
  await store.closeRun.executeWithOptions({ summary: `Close the run: ${state}` }, [{ runId, state, reason }]);
  await person.cancelJobs
    .executeWithOptions({ summary: 'Cancel its jobs at X' }, [{ runId, connectionId, accountId, jobs }])
    .catch(() => undefined);
};
