import {
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  uuid4,
} from '@temporalio/workflow';
import type { DayRange } from '../domain/calendar.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { runImport } from './import.js';
import type { Imported, ImportRun } from './import-run.js';
import { backfillEndedSignal } from './messages.js';
import type { BackfillEnded } from './messages.js';
import { isCancelled, isCredentialProblem, isRunOver, problemOf } from './problems.js';

export interface Backfill {
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: 'history' | 'manual';
  /** The request of a manual backfill. */
  readonly requestId?: string;
  /** The days of a manual backfill. (Default: the history that the grant chose) */
  readonly range?: DayRange;
  readonly refetch?: boolean;
  /** Carried over continue-as-new. */
  readonly run?: ImportRun;
  /** Continue as new after this many events. (Default: 3,000) */
  readonly continueAsNewEvents?: number;
}

/**
 * Imports the history of one account, newest day first, or a range that a person asked for. It is a workflow beside its
 * connection's, signals how it ended, and is cancelled by its connection only.
 */
export async function backfill(input: Backfill): Promise<Imported | null> {
  const { connectionId, accountId, kind, requestId } = input;
  const signalEnd = async (end: Pick<BackfillEnded, 'outcome' | 'problem'>): Promise<void> => {
    const connection = getExternalWorkflowHandle(connectionWorkflowId(connectionId));
    const request = requestId === undefined ? {} : { requestId };
    // The connection may have ended meanwhile, or be the one that cancels; imported days stay valid either way.
    await connection.signal(backfillEndedSignal, { accountId, kind, ...request, ...end }).catch(() => undefined);
  };
  const { run: carried, ...request } = input;
  try {
    const run = carried ?? { ...request, runId: uuid4() };
    const imported = await runImport(run, (next) => continueAsNew<typeof backfill>({ ...input, run: next }));
    await signalEnd({ outcome: 'completed' });
    return imported;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancelled(error)) {
      await CancellationScope.nonCancellable(() => signalEnd({ outcome: 'cancelled' }));
      throw error;
    }
    const problem = problemOf(error);
    if (isRunOver(problem)) {
      log.warn('The import run is gone, and its workflow ends', { connectionId, accountId, code: problem.code });
      // As if somebody had ended it by hand: the connection's self-check starts a history again.
      await signalEnd({ outcome: 'cancelled' });
      throw error;
    }
    await signalEnd({ outcome: isCredentialProblem(problem) ? 'credentials_rejected' : 'blocked', problem });
    // A caller waits for a manual backfill and must see it fail; the grant reports a history's problem.
    if (kind === 'manual') throw error;
    return null;
  }
}
