import {
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenedRange } from '../activities/import/runs.js';
import type { DayRange, Instant } from '../domain/calendar.js';
import type { AccountId, ConnectionId, RunId } from '../domain/ids.js';
import { describe, noProgress } from '../domain/progress.js';
import type { ImportPhase, Progress } from '../domain/progress.js';
import { phaseAttribute, waitReasonAttribute } from '../temporal/search-attributes.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import { progressQuery } from './messages.js';
import { api, person, store } from './proxies.js';
import { problemOf } from './problems.js';

export interface ImportRange {
  readonly runId: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: 'history' | 'daily' | 'manual';
  readonly range?: DayRange;
  readonly refetch?: boolean;
  /** What a manual backfill was asked for under. */
  readonly requestId?: string;
  /** The time that a daily sync was due. */
  readonly nominal?: Instant;
  /** Carried over continue-as-new: the run is planned and goes on importing. */
  readonly planned?: DayRange;
  /** Go on in a new history after this many events. (Default: 3,000) */
  readonly continueAsNewEvents?: number;
}

export interface Imported {
  readonly range: DayRange | null;
  readonly landed: number;
  readonly failed: number;
  /** Why there was nothing to import. */
  readonly reason?: string;
}

/**
 * Imports one range of one account: ask what was active, plan, submit, poll, land, name. Backfill, daily sync and manual
 * backfills all come through here. Submitting, polling and landing go on beside each other, because X computes a hundred
 * jobs at once; what they share is in Postgres, and each tells the others only that there is something to do.
 */
export async function importRange(input: ImportRange): Promise<Imported> {
  return runImport(input, (next) => continueAsNew<typeof importRange>(next));
}

/** Goes on in a new history of whichever workflow the import runs in. */
type HandOver = (next: ImportRange) => Promise<never>;

/** The import itself, also for the daily sync, which spares the events of a child. */
export const runImport = async (input: ImportRange, handOver: HandOver): Promise<Imported> => {
  let progress: Progress = noProgress;
  const show = (change: Partial<Progress>): void => {
    // A wait is over with the next thing that is told.
    const { wait: _, ...before } = progress;
    progress = { ...before, ...change };
    setCurrentDetails(describe(progress));
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
  try {
    const opened: OpenedRange = input.planned ? { kind: 'open', range: input.planned } : await open(input);
    if (opened.kind === 'nothing_due') return { range: null, landed: 0, failed: 0, reason: opened.reason };
    const { range } = opened;
    show({ range });
    await importAll(input, range, { show, enter, handOver });
    await store.closeRun({ runId, state: 'completed' });
    enter('done');
    return { range, landed: progress.landed, failed: progress.failed };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    await CancellationScope.nonCancellable(() => giveUp(runId, error));
    throw error;
  }
};

const open = (input: ImportRange): Promise<OpenedRange> => {
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

interface Telling {
  readonly show: (change: Partial<Progress>) => void;
  readonly enter: (phase: ImportPhase) => void;
  readonly handOver: HandOver;
}

/** Until nothing is left to read: plans, imports, and looks again where another run held entity-days. */
const importAll = async (input: ImportRange, range: DayRange, telling: Telling): Promise<void> => {
  const { runId } = input;
  const { show, enter } = telling;
  let plan = input.planned
    ? await store.planSlices.executeWithOptions({ summary: 'What is left to read?' }, [{ runId }])
    : await api.survey.executeWithOptions({ summary: 'What was active, and what must be read?' }, [{ runId }]);
  const naming = plan.unnamed > 0 ? name(runId) : Promise.resolve();
  // Awaited below; until then a failure must not count as unhandled.
  naming.catch(() => undefined);
  for (;;) {
    const { held, unnamed: _, ...counts } = plan;
    show(counts);
    if (counts.planned + counts.inFlight + counts.ready > 0) {
      enter('importing');
      await importSlices(input, range, counts, telling);
    }
    if (held === 0) break;
    enter('waiting_for_another_run');
    show({ wait: { reason: `another run is reading ${held} of the entity-days` } });
    await store.reapRuns({ runId });
    await sleep('5 seconds', { summary: 'another run holds these days' });
    plan = await store.planSlices.executeWithOptions({ summary: 'What is left to read?' }, [{ runId }]);
  }
  show({ phase: 'naming' });
  await naming;
};

/** Tweets and cards that are not known yet: an ordinary day brings none. */
const name = async (runId: RunId): Promise<void> => {
  await api.mirrorCreatives.executeWithOptions({ summary: 'Tweets, cards and their destinations' }, [{ runId }]);
};

type Counts = Pick<Progress, 'planned' | 'inFlight' | 'ready' | 'landed' | 'failed'>;

/** Three lanes over the slices of the run: submit, poll, land. Ends when none is left. */
const importSlices = async (input: ImportRange, range: DayRange, counts: Counts, telling: Telling): Promise<void> => {
  const { runId } = input;
  const { show } = telling;
  let { planned, inFlight, ready } = counts;
  let handOver = false;
  let over = false;
  const left = (): number => planned + inFlight + ready;
  // All lanes end together. Every count comes from one look at the slices, and what is settled stays settled, so once
  // nothing is left nothing can come back.
  const busy = (): boolean => {
    over ||= handOver || left() === 0;
    return !over;
  };

  const lanes = new CancellationScope();
  const polling = new CancellationScope({ cancellable: true, parent: lanes });
  const know = (counts: Counts): void => {
    ({ planned, inFlight, ready } = counts);
    show({ planned, inFlight, ready, landed: counts.landed, failed: counts.failed });
    handOver ||= shouldContinueAsNew(input.continueAsNewEvents);
    // It may wait for an hour; the next history polls again.
    if (handOver) polling.cancel();
  };

  const submit = async (): Promise<void> => {
    // Creates of an earlier history, or of a worker that died, may wait for their answers: the first submit tells.
    let begun = false;
    while (busy()) {
      await condition(() => !busy() || planned > 0 || !begun);
      if (!busy()) return;
      const result = await api.submitJobs.executeWithOptions({ summary: `submit, ${planned} planned` }, [
        { runId, begin: !begun },
      ]);
      begun = true;
      know(result);
      if (result.more === true) continue;
      if (result.lost > 0) {
        show({ wait: { reason: `the answers to ${result.lost} creates were lost; looking for their jobs` } });
        await adopt();
      } else if (planned > 0) {
        // A slot is free when a job has ended; slices that are held back a little come by time.
        const submitted = inFlight;
        if (result.wait !== undefined) show({ wait: { reason: 'all job slots of the account are taken' } });
        await condition(() => !busy() || inFlight < submitted, result.wait === undefined ? '1 second' : '15 seconds');
      }
    }
  };

  /** Until it is known of every lost create what became of it: X may still be doing the youngest. */
  const adopt = async (): Promise<void> => {
    for (let lost = 1; lost > 0;) {
      const found = await api.adoptJobs.executeWithOptions({ summary: 'adopt lost creates' }, [{ runId }]);
      know(found);
      ({ lost } = found);
      if (lost > 0) await sleep(found.waitSeconds * 1_000, { summary: 'until lost creates can be told' });
    }
  };

  const land = async (): Promise<void> => {
    while (busy()) {
      await condition(() => !busy() || ready > 0);
      if (!busy()) return;
      know(await api.landJobs.executeWithOptions({ summary: `land ${ready}` }, [{ runId }]));
    }
  };

  const poll = async (): Promise<void> => {
    // Right after the creates X is asked at once, after an answer not before a tick has passed.
    let pause = false;
    while (busy()) {
      await condition(() => !busy() || inFlight > 0);
      if (!busy()) return;
      know(await api.pollJobs.executeWithOptions({ summary: `poll ${inFlight} jobs` }, [{ runId, pause }]));
      pause = true;
    }
  };
  const pollUntilHandOver = (): Promise<void> =>
    polling.run(poll).catch((error: unknown) => {
      if (!(handOver && isCancellation(error))) throw error;
    });

  try {
    await lanes.run(() => Promise.all([submit(), pollUntilHandOver(), land()]));
  } catch (error) {
    lanes.cancel();
    throw error;
  }
  if (handOver && left() > 0) await telling.handOver({ ...input, planned: range });
};

/** On cancellation and on failure alike, claims and slots end with the run, and jobs at X are cancelled where they can be. */
const giveUp = async (runId: RunId, error: unknown): Promise<void> => {
  const { nextStep: reason } = problemOf(error);
  if (isCancellation(error)) await cancelRun(runId, reason);
  else await store.closeRun({ runId, state: 'failed', reason });
};

/** Ends a run before its days are in, for a reason that people read. */
export const cancelRun = async (runId: RunId, reason: string): Promise<void> => {
  // Whoever cancels waits for it, and others wait for its claims: not for a day, as an import waits for X.
  await person.cancelJobs({ runId }).catch(() => undefined);
  await store.closeRun({ runId, state: 'cancelled', reason });
};
