import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Instant } from '../domain/calendar.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { AccountId } from '../domain/ids.js';
import { giveUpRun, runImport } from './import.js';
import type { Imported, ImportRun } from './import-run.js';
import { backfillEndedSignal } from './messages.js';
import type { BackfillEnded } from './messages.js';
import { isCancelled, isCredentialProblem, isRunOver, problemOf } from './problems.js';
import { local } from './proxies.js';

export interface DailySync {
  readonly accountId: AccountId;
  /** The time that the sync was due. (Default: the schedule's own, TemporalScheduledStartTime) */
  readonly nominal?: Instant;
  /** Carried over continue-as-new. */
  readonly run?: ImportRun;
}

/** The schedule's nominal time, never the clock: a run that starts a day late still imports the day it was due for. */
const scheduledTime = (): Instant => {
  const scheduled: unknown = workflowInfo().searchAttributes['TemporalScheduledStartTime']?.[0];
  return scheduled instanceof Date ? scheduled.toISOString() : workflowInfo().startTime.toISOString();
};

const NOBODY = 'No connection on this account can import any more.';

/**
 * Imports one account on one day: every due day that is not covered, and the days that X's change feed has named since the
 * last sync. The schedule only starts it; the ledger says what there is to do. So a week without a worker is one run, and
 * the next run repairs a lost one.
 */
export async function dailySync(input: DailySync): Promise<Imported | null> {
  const { accountId, run: carried } = input;
  // Not cancellable: a cancellation at the start of a continued history must still reach the run, which `runImport` ends.
  const reader = await CancellationScope.nonCancellable(() => local.dailyReader({ accountId }));
  if (reader.kind === 'none') {
    // No connection can import any more since the workflow continued as new: the run's claims and jobs must end.
    if (carried) await CancellationScope.nonCancellable(() => giveUpRun(carried, 'cancelled', NOBODY));
    return null;
  }
  const { connectionId, blocked } = reader;
  const signalEnd = async (end: Pick<BackfillEnded, 'outcome' | 'problem'>): Promise<void> => {
    const connection = getExternalWorkflowHandle(connectionWorkflowId(connectionId));
    // The connection may have ended meanwhile; imported days stay valid.
    await connection.signal(backfillEndedSignal, { accountId, kind: 'daily', ...end }).catch(() => undefined);
  };
  const nominal = input.nominal ?? scheduledTime();
  try {
    const run = carried ?? { runId: uuid4(), connectionId, accountId, kind: 'daily', nominal };
    const imported = await runImport(run, (next) => continueAsNew<typeof dailySync>({ ...input, nominal, run: next }));
    if (blocked) await signalEnd({ outcome: 'completed' });
    return imported;
  } catch (error) {
    // Continue-as-new and cancellation are no failures of the import.
    if (isCancelled(error) || error instanceof ContinueAsNew) throw error;
    const problem = problemOf(error);
    if (isRunOver(problem)) {
      log.warn('The import run is gone, and its workflow ends', { connectionId, accountId, code: problem.code });
      throw error;
    }
    await signalEnd({ outcome: isCredentialProblem(problem) ? 'credentials_rejected' : 'blocked', problem });
    return null;
  }
}
