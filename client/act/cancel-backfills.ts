import { randomUUID } from 'node:crypto';
import type { DayRange } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { Account } from '../../store/account/accounts.js';
import type { RunKind } from '../../domain/run.js';
import { runningRunsIn } from '../../store/import/runs.js';
import * as messages from '../../workflows/messages.js';
import { type Context, requireConnection } from '../context.js';
import { NotPermitted } from '../errors/not-permitted.js';
import type { BackfillsCancelled, CancelOptions } from '../shapes.js';
import { sendUpdate } from '../temporal.js';
import { untilEnded } from '../wait.js';

const KINDS: Readonly<Record<RunKind, string>> = {
  history: 'the import of its history',
  daily: 'a daily sync',
  manual: 'another manual backfill',
};

/** A sentence for each account on which imports of the same days go on: their entity-days are waited for, not fetched twice. */
export const overlaps = async (
  { db }: Pick<Context, 'db'>,
  accounts: readonly Pick<Account, 'id' | 'name'>[],
  range: DayRange,
): Promise<readonly string[]> => {
  const running = await runningRunsIn(
    db,
    accounts.map(({ id }) => id),
    range,
  );
  return accounts.flatMap(({ id, name }) => {
    const kinds = [...new Set(running.filter(({ accountId }) => accountId === id).map(({ kind }) => KINDS[kind]))];
    if (kinds.length === 0) return [];
    return `${name} (${id}): ${kinds.join(' and ')} of some of these days goes on; what it has under way is joined and not fetched twice.`;
  });
};

/** Ends manual backfills, and their jobs at X with them; what has landed stays. Cancelling what has ended is no mistake. */
export const cancelBackfills = async (
  context: Context,
  id: ConnectionId,
  { requestId, accounts, timeout = 30_000 }: CancelOptions = {},
): Promise<BackfillsCancelled> => {
  await requireConnection(context, id);
  const which = {
    ...(requestId === undefined ? {} : { requestId }),
    ...(accounts === undefined ? {} : { accounts: accounts satisfies readonly AccountId[] }),
  };
  const { workflowIds } = await sendUpdate(context, id, {
    definition: messages.cancelBackfillsUpdate,
    args: [which],
    updateId: randomUUID(),
    what: 'cancel the backfills',
  });
  if (workflowIds.length === 0 && requestId !== undefined) {
    throw new NotPermitted(`No manual backfill of the request ${requestId} goes on.`, {
      nextStep: 'See what goes on, and what has ended, with `xads status`.',
    });
  }
  return { workflowIds, stopping: await untilEnded(context, workflowIds, timeout) };
};
