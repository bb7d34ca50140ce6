import { CancellationScope, condition, sleep } from '@temporalio/workflow';
import type { DayRange } from '../domain/calendar.js';
import type { SliceCounts } from '../domain/run.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import type { ImportContext, ImportRun } from './import-run.js';
import { isCancelled } from './problems.js';
import { api } from './proxies.js';

/** Three concurrent lanes over the slices of the run: submit, poll, land. Ends when no slice is left. */
export const importSlices = async (
  input: ImportRun,
  range: DayRange,
  counts: SliceCounts,
  { show, atX, continueWith }: Pick<ImportContext, 'show' | 'atX' | 'continueWith'>,
): Promise<void> => {
  const { runId } = input;
  let { planned, inFlight, ready } = counts;
  let isContinuing = false;
  let isOver = false;
  const slicesLeft = (): number => planned + inFlight + ready;
  // All lanes end together. A slice that has ended never comes back, so once none is left the run is over.
  const isBusy = (): boolean => {
    isOver ||= isContinuing || slicesLeft() === 0;
    return !isOver;
  };

  const lanes = new CancellationScope();
  const pollScope = new CancellationScope({ cancellable: true, parent: lanes });
  const update = (latest: SliceCounts): void => {
    ({ planned, inFlight, ready } = latest);
    show({ planned, inFlight, ready, landed: latest.landed, failed: latest.failed });
    isContinuing ||= shouldContinueAsNew(input.continueAsNewEvents);
    // A poll may wait for an hour; the next history polls again.
    if (isContinuing) pollScope.cancel();
  };

  const submit = async (): Promise<void> => {
    // The first submit runs even with nothing planned: it finds creates whose answers an earlier history never saw.
    let begun = false;
    while (isBusy()) {
      await condition(() => !isBusy() || planned > 0 || !begun);
      if (!isBusy()) return;
      const result = await api.submitJobs.executeWithOptions({ summary: `submit, ${planned} planned` }, [
        { runId, begin: !begun },
      ]);
      begun = true;
      atX(result.jobs);
      update(result);
      if (result.more === true) continue;
      if (result.lost > 0) {
        show({ hold: { reason: `the answers to ${result.lost} creates were lost; looking for their jobs` } });
        await adopt();
      } else if (planned > 0) {
        // A slot becomes free when a job ends; slices with a retry delay become due by time.
        // By the activity's own count: jobs may have ended since.
        const submitted = result.fullWith ?? inFlight;
        if (result.hold !== undefined) show({ hold: { reason: 'all job slots of the account are taken' } });
        const isLong = result.hold !== undefined || result.fullWith !== undefined;
        await condition(() => !isBusy() || inFlight < submitted, isLong ? '15 seconds' : '1 second');
      }
    }
  };

  /** Repeats until every lost create is either adopted or planned again: X may still be executing the youngest. */
  const adopt = async (): Promise<void> => {
    for (let lost = 1; lost > 0;) {
      const found = await api.adoptJobs.executeWithOptions({ summary: 'adopt lost creates' }, [{ runId }]);
      update(found);
      ({ lost } = found);
      if (lost > 0) await sleep(found.waitSeconds * 1_000, { summary: 'until X lists the jobs of lost creates' });
    }
  };

  const land = async (): Promise<void> => {
    while (isBusy()) {
      await condition(() => !isBusy() || ready > 0);
      if (!isBusy()) return;
      update(await api.landJobs.executeWithOptions({ summary: `land ${ready}` }, [{ runId }]));
    }
  };

  const poll = async (): Promise<void> => {
    // The first poll asks X at once; each later one waits a tick first.
    let pause = false;
    while (isBusy()) {
      await condition(() => !isBusy() || inFlight > 0);
      if (!isBusy()) return;
      update(await api.pollJobs.executeWithOptions({ summary: `poll ${inFlight} jobs` }, [{ runId, pause }]));
      pause = true;
    }
  };
  const pollUntilContinued = (): Promise<void> =>
    pollScope.run(poll).catch((error: unknown) => {
      if (!(isContinuing && isCancelled(error))) throw error;
    });

  /** The first lane that fails ends the others; the run is not over before the last of them is. */
  const endingOthers = async (lane: Promise<void>): Promise<void> => {
    try {
      await lane;
    } catch (error) {
      lanes.cancel();
      throw error;
    }
  };
  const ended = await lanes.run(() =>
    Promise.allSettled([submit(), pollUntilContinued(), land()].map((lane) => endingOthers(lane))),
  );
  const failures = ended.flatMap((lane) => (lane.status === 'rejected' ? [lane.reason as unknown] : []));
  // What the others were cancelled for says more than that they were.
  if (failures.length > 0) throw failures.find((reason) => !isCancelled(reason)) ?? failures[0];
  if (isContinuing && slicesLeft() > 0) await continueWith({ ...input, planned: range });
};
