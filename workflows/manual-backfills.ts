import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { manualBackfillWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import type { BackfillEnded, ManualBackfill, WhichBackfills } from './messages.js';

/** Plain JSON, carried over continue-as-new. */
export interface OpenManual {
  readonly requestId: string;
  readonly accountId: AccountId;
}

export interface ManualBackfills {
  /** Notes what was asked for, before it is started; answers with the workflows that will do it. */
  begin(request: Pick<ManualBackfill, 'requestId' | 'accounts'>): readonly string[];
  /** It was refused before anything was started. */
  forget(request: Pick<ManualBackfill, 'requestId' | 'accounts'>): void;
  ended(ended: Pick<BackfillEnded, 'accountId' | 'requestId'>): void;
  matching(which: WhichBackfills): readonly string[];
  end(workflowIds: readonly string[]): Promise<void>;
  open(): readonly OpenManual[];
}

/**
 * The manual backfills that a connection has open. They live beside it, each under a name of its own; it keeps the names,
 * because a search of Temporal's would miss the one that was started a moment ago.
 */
export const createManualBackfills = (
  connectionId: ConnectionId,
  carried: readonly OpenManual[] = [],
): ManualBackfills => {
  const nameOf = ({ requestId, accountId }: OpenManual): string =>
    manualBackfillWorkflowId(connectionId, accountId, requestId);
  const open = new Map(carried.map((each): [string, OpenManual] => [nameOf(each), each]));

  return {
    begin: ({ requestId, accounts }) =>
      accounts.map((accountId) => {
        const each = { requestId, accountId };
        open.set(nameOf(each), each);
        return nameOf(each);
      }),
    forget: ({ requestId, accounts }) => {
      for (const accountId of accounts) open.delete(nameOf({ requestId, accountId }));
    },
    ended: ({ accountId, requestId }) => {
      if (requestId !== undefined) open.delete(nameOf({ accountId, requestId }));
    },
    matching: ({ requestId, accounts }) =>
      [...open]
        .filter(([, each]) => requestId === undefined || each.requestId === requestId)
        .filter(([, each]) => accounts === undefined || accounts.includes(each.accountId))
        .map(([workflowId]) => workflowId),
    end: async (workflowIds) => {
      await Promise.all(
        workflowIds.map(async (workflowId) => {
          // One that has ended without a word, because somebody terminated it, is nothing to keep.
          await getExternalWorkflowHandle(workflowId)
            .cancel()
            .catch(() => open.delete(workflowId));
        }),
      );
    },
    open: () => [...open.values()],
  };
};
