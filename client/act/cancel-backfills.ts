import { randomUUID } from 'node:crypto';
import type { ConnectionId } from '../../domain/ids.js';
import { cancelBackfillsUpdate } from '../../workflows/messages.js';
import type { BackfillsCancelled } from '../answers.js';
import { type Context, requireConnection } from '../context.js';
import { NotPermitted } from '../errors.js';
import type { CancelBackfillsOptions } from '../options.js';
import { sendUpdate } from '../temporal.js';
import { awaitWorkflowEnds } from '../wait.js';

/** Ends manual backfills, and their jobs at X with them; what has landed stays. Cancelling what has ended changes nothing. */
export const cancelBackfills = async (
  context: Context,
  id: ConnectionId,
  { requestId, accounts, timeout = 30_000 }: CancelBackfillsOptions = {},
): Promise<BackfillsCancelled> => {
  await requireConnection(context, id);
  const which = {
    ...(requestId === undefined ? {} : { requestId }),
    ...(accounts === undefined ? {} : { accounts }),
  };
  const { workflowIds } = await sendUpdate(context, id, {
    definition: cancelBackfillsUpdate,
    args: [which],
    updateId: randomUUID(),
    what: 'cancel the backfills',
  });
  if (workflowIds.length === 0 && requestId !== undefined) {
    throw new NotPermitted(`No manual backfill of the request ${requestId} goes on.`, {
      nextStep: { action: 'see_status', connectionId: id, text: 'See what goes on, and what has ended.' },
    });
  }
  return { workflowIds, stopping: await awaitWorkflowEnds(context, workflowIds, timeout) };
};
