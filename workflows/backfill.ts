import {
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  uuid4,
  CancellationScope,
} from '@temporalio/workflow';
import type { DayRange } from '../domain/calendar.js';
import { connectionWorkflowId, importRangeWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { adAccountIdAttribute, connectionIdAttribute, importKindAttribute } from '../temporal/search-attributes.js';
import { importRange } from './import.js';
import type { Imported } from './import.js';
import { backfillEndedSignal } from './messages.js';
import type { BackfillEnded } from './messages.js';
import { isCredentialProblem, problemOf } from './problems.js';

export interface Backfill {
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: 'history' | 'manual';
  /** What a manual backfill was asked for under. */
  readonly requestId?: string;
  /** A manual backfill's days; without them the history that the grant chose. */
  readonly range?: DayRange;
  readonly refetch?: boolean;
}

/**
 * The history of one account, newest day first, and any range that a person asks for. It lives apart from its
 * connection's history, tells it how it ended, and dies with it only when the connection cancels it.
 */
export async function backfill(input: Backfill): Promise<Imported | null> {
  const { connectionId, accountId, kind, requestId } = input;
  const tell = async (ended: Pick<BackfillEnded, 'outcome' | 'problem'>): Promise<void> => {
    const connection = getExternalWorkflowHandle(connectionWorkflowId(connectionId));
    // The connection may have ended meanwhile, or be the one that cancels; what was imported stays true.
    const of = { accountId, kind, ...(requestId === undefined ? {} : { requestId }) };
    await connection.signal(backfillEndedSignal, { ...of, ...ended }).catch(() => undefined);
  };
  try {
    const runId = uuid4();
    const imported = await executeChild(importRange, {
      workflowId: importRangeWorkflowId(runId),
      args: [{ ...input, runId }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${input.kind} of ${input.accountId}`,
      typedSearchAttributes: [
        { key: connectionIdAttribute, value: input.connectionId },
        { key: adAccountIdAttribute, value: input.accountId },
        { key: importKindAttribute, value: input.kind },
      ],
    });
    await tell({ outcome: 'completed' });
    return imported;
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => tell({ outcome: 'cancelled' }));
      throw error;
    }
    const problem = problemOf(error);
    await tell({ outcome: isCredentialProblem(problem) ? 'credentials_rejected' : 'blocked', problem });
    // Whoever asked for these days waits for this workflow; a history is told of by its grant.
    if (kind === 'manual') throw error;
    return null;
  }
}
