import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { manualBackfillWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import type { BackfillEnded, ManualBackfill, WhichBackfills } from './messages.js';

/** A manual backfill that has not ended; plain JSON, carried over continue-as-new. */
export interface OpenManual {
  readonly requestId: string;
  readonly accountId: AccountId;
}

export interface ManualBackfills {
  /** Adds the request before its workflows are started; returns their ids. */
  begin(request: Pick<ManualBackfill, 'requestId' | 'accounts'>): readonly string[];
  /** Removes a request that was refused before a workflow was started. */
  forget(request: Pick<ManualBackfill, 'requestId' | 'accounts'>): void;
  ended(ended: Pick<BackfillEnded, 'accountId' | 'requestId'>): void;
  /** The workflow ids of the open ones that `which` selects. */
  matching(which: WhichBackfills): readonly string[];
  /** Cancels their workflows. */
  end(workflowIds: readonly string[]): Promise<void>;
  open(): readonly OpenManual[];
}

/**
 * The manual backfills that a connection has open: workflows beside its own. The connection keeps their ids, because
 * Temporal's visibility search misses one that was started a moment ago.
 */
export const createManualBackfills = (
  connectionId: ConnectionId,
  carried: readonly OpenManual[] = [],
): ManualBackfills => {
  const workflowIdOf = ({ requestId, accountId }: OpenManual): string =>
    manualBackfillWorkflowId(connectionId, accountId, requestId);
  const open = new Map(carried.map((each): [string, OpenManual] => [workflowIdOf(each), each]));

  return {
    begin: ({ requestId, accounts }) =>
      accounts.map((accountId) => {
        const each = { requestId, accountId };
        open.set(workflowIdOf(each), each);
        return workflowIdOf(each);
      }),
    forget: ({ requestId, accounts }) => {
      for (const accountId of accounts) open.delete(workflowIdOf({ requestId, accountId }));
    },
    ended: ({ accountId, requestId }) => {
      if (requestId !== undefined) open.delete(workflowIdOf({ accountId, requestId }));
    },
    matching: ({ requestId, accounts }) =>
      [...open]
        .filter(([, each]) => requestId === undefined || each.requestId === requestId)
        .filter(([, each]) => accounts === undefined || accounts.includes(each.accountId))
        .map(([workflowId]) => workflowId),
    end: async (workflowIds) => {
      await Promise.all(
        workflowIds.map(async (workflowId) => {
          // A terminated backfill sends no signal; cancelling it fails, and it is removed here.
          await getExternalWorkflowHandle(workflowId)
            .cancel()
            .catch(() => open.delete(workflowId));
        }),
      );
    },
    open: () => [...open.values()],
  };
};
