import { z } from 'zod';
import type { DayRange } from '../../domain/calendar.js';
import { backfillWorkflowId } from '../../domain/ids.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { setBackfilling } from '../../store/connection/grants.js';
import { eachAtOnce } from '../at-once.js';
import type { Deps } from '../deps.js';
import { earlierProgress, keepProgress } from '../heartbeat.js';

/** Calls to Temporal at once. */
const AT_ONCE = 10;

const accountIds = z.array(z.string());

/** A manual backfill as its workflow takes it. */
export interface ManualRequest {
  readonly requestId: string;
  readonly range: DayRange;
  readonly refetch?: boolean;
}

export const createHistoryActivities = ({ db, workflows }: Deps) => ({
  /**
   * Starts an import of each account in a workflow of its own: its history, or a manual backfill. Accounts that wait for
   * their turn count as backfilling from now on. Returns the accounts whose import was running already. Safe to repeat: by
   * workflow id.
   */
  async startBackfills({
    connectionId,
    accounts,
    waiting = [],
    manual,
  }: {
    connectionId: ConnectionId;
    accounts: readonly AccountId[];
    /** Accounts whose history begins later. (Default: none) */
    waiting?: readonly AccountId[];
    manual?: ManualRequest;
  }): Promise<{ running: readonly AccountId[] }> {
    const started = earlierProgress(accountIds) ?? [];
    const running: AccountId[] = [];
    keepProgress(started);
    if (!manual) await setBackfilling(db, connectionId, [...accounts, ...waiting]);
    const left = accounts.filter((id) => !started.includes(id));
    await eachAtOnce(left, { atOnce: AT_ONCE }, async (accountId) => {
      const isNew = await workflows.startBackfill({
        connectionId,
        accountId,
        ...(manual ? { kind: 'manual' as const, ...manual } : { kind: 'history' as const }),
      });
      if (isNew) started.push(accountId);
      else running.push(accountId);
    });
    return { running };
  },

  /** Cancels the history import of each account, where one is running; what has landed stays. Safe to repeat. */
  async stopHistories({
    connectionId,
    accounts,
  }: {
    connectionId: ConnectionId;
    accounts: readonly AccountId[];
  }): Promise<void> {
    const stopped = earlierProgress(accountIds) ?? [];
    keepProgress(stopped);
    await eachAtOnce(
      accounts.filter((id) => !stopped.includes(id)),
      { atOnce: AT_ONCE },
      async (accountId) => {
        await workflows.cancel(backfillWorkflowId(connectionId, accountId));
        stopped.push(accountId);
      },
    );
  },
});
