import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Instant } from '../domain/calendar.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { AccountId } from '../domain/ids.js';
import { cancelRun, runImport } from './import.js';
import type { Imported, ImportRun } from './import-run.js';
import { backfillEndedSignal } from './messages.js';
import type { BackfillEnded } from './messages.js';
import { isCredentialProblem, problemOf } from './problems.js';
import { local } from './proxies.js';

export interface DailySync {
  readonly accountId: AccountId;
  /** The time that the sync was due. (Default: the schedule's own, TemporalScheduledStartTime) */
  readonly nominal?: Instant;
  /** Carried over continue-as-new. */
  readonly run?: ImportRun;
}

/** The schedule's nominal time, never the clock: a run that comes a day late still knows which day it was for. */
const scheduledTime = (): Instant => {
  const scheduled: unknown = workflowInfo().searchAttributes['TemporalScheduledStartTime']?.[0];
  return scheduled instanceof Date ? scheduled.toISOString() : workflowInfo().startTime.toISOString();
};

const NOBODY = 'No connection on this account can import any more.';

/**
 * One account, one day: imports every due day that is not covered, and reads again what X named since the last sync. The
 * schedule is only the alarm; what there is to do is in the ledger. So a week asleep is one run, and a lost run is healed
 * by the next.
 */
export async function dailySync(input: DailySync): Promise<Imported | null> {
  const { accountId } = input;
  const { run: carried } = input;
  // Also when it is cancelled at its first moment: what an earlier history had begun is ended below.
  const turn = await CancellationScope.nonCancellable(() => local.dailyTurn({ accountId }));
  if (turn.kind === 'parked') {
    // It handed over in the middle of its import: what it had claimed and asked of X must end with it.
    if (carried) await CancellationScope.nonCancellable(() => cancelRun(carried.runId, NOBODY));
    return null;
  }
  const { connectionId, blocked } = turn;
  const tell = async (ended: Pick<BackfillEnded, 'outcome' | 'problem'>): Promise<void> => {
    const connection = getExternalWorkflowHandle(connectionWorkflowId(connectionId));
    // The connection may have ended meanwhile; what was imported stays true.
    await connection.signal(backfillEndedSignal, { accountId, kind: 'daily', ...ended }).catch(() => undefined);
  };
  const nominal = input.nominal ?? scheduledTime();
  try {
    const run = carried ?? { runId: uuid4(), connectionId, accountId, kind: 'daily', nominal };
    const imported = await runImport(run, (next) => continueAsNew<typeof dailySync>({ ...input, nominal, run: next }));
    if (blocked) await tell({ outcome: 'completed' });
    return imported;
  } catch (error) {
    // Continue-as-new and cancellation are no failures of the import.
    if (isCancellation(error) || error instanceof ContinueAsNew) throw error;
    const problem = problemOf(error);
    await tell({ outcome: isCredentialProblem(problem) ? 'credentials_rejected' : 'blocked', problem });
    return null;
  }
}
