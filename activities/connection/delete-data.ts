import { cancellationSignal } from '@temporalio/activity';
import type { ConnectionId } from '../../domain/ids.js';
import {
  accountsToDelete,
  deleteAccountData,
  endDeletion,
  noteDeletionBegan,
} from '../../store/account/delete-account-data.js';
import { runningRunsOfAccounts } from '../../store/import/runs.js';
import type { Deps } from '../deps.js';

/** An attempt deletes for so long and says how far it is; the next one continues. */
const ATTEMPT_MS = 20_000;

export const createDeletionActivities = (deps: Deps) => ({
  /**
   * Cancels the imports of the accounts whose data are to be deleted, and returns how many have not ended yet. Safe to repeat.
   */
  async stopImports({ connectionId }: { connectionId: ConnectionId }): Promise<{ going: number }> {
    const { db, workflows } = deps;
    await noteDeletionBegan(db, connectionId);
    const runs = await runningRunsOfAccounts(db, await accountsToDelete(db, connectionId));
    const open = await Promise.all(
      [...new Set(runs.map(({ workflowId }) => workflowId))].map(async (workflowId) => {
        if (!(await workflows.isOpen(workflowId))) return false;
        await workflows.cancel(workflowId);
        return true;
      }),
    );
    return { going: open.filter(Boolean).length };
  },

  /**
   * Deletes what the connection has imported and no other connection reads, in portions, for up to twenty seconds. Returns
   * the accounts that are left. Safe to repeat: it continues with what is left.
   */
  async deleteData({ connectionId }: { connectionId: ConnectionId }): Promise<{ left: number }> {
    const { db } = deps;
    const signal = AbortSignal.any([cancellationSignal(), AbortSignal.timeout(ATTEMPT_MS)]);
    await deleteAccountData(db, connectionId, await accountsToDelete(db, connectionId), signal);
    const { length: left } = await accountsToDelete(db, connectionId);
    if (left === 0) await endDeletion(db, connectionId);
    return { left };
  },
});
