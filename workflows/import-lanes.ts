import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { DayRange } from '../domain/calendar.js';
import type { SliceCounts } from '../domain/run.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import type { ImportContext, ImportRun } from './import-run.js';
import { api } from './proxies.js';

/** Three concurrent lanes over the slices of the run: submit, poll, land. Ends when no slice is left. */
export const importSlices = async (
  input: ImportRun,
  range: DayRange,
  counts: SliceCounts,
  { show, continueWith }: Pick<ImportContext, 'show' | 'continueWith'>,
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
      update(result);
      if (result.more === true) continue;
      if (result.lost > 0) {
        show({ hold: { reason: `the answers to ${result.lost} creates were lost; looking for their jobs` } });
        await adopt();
      } else if (planned > 0) {
        // A slot becomes free when a job ends; slices with a retry delay become due by time.
        const submitted = inFlight;
        if (result.hold !== undefined) show({ hold: { reason: 'all job slots of the account are taken' } });
        await condition(() => !isBusy() || inFlight < submitted, result.hold === undefined ? '1 second' : '15 seconds');
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
      if (!(isContinuing && isCancellation(error))) throw error;
    });

  try {
    await lanes.run(() => Promise.all([submit(), pollUntilContinued(), land()]));
  } catch (error) {
    lanes.cancel();
    throw error;
  }
  if (isContinuing && slicesLeft() > 0) await continueWith({ ...input, planned: range });
};
