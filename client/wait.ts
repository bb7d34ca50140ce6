import { isConnectionError } from '../store/pool.js';
import type { ConnectionId } from '../domain/ids.js';
import { connectionWorkflowId, deletionWorkflowId } from '../domain/ids.js';
import { type Context, requireConnection } from './context.js';
import { BackfillFailed, NeedsPerson, NotPermitted, TimedOut, Unreachable } from './errors.js';
import { problemSummary } from './read/problem.js';
import { backfillProgress } from './read/progress.js';
import { dailySyncsGoOn } from './read/daily-syncs.js';
import { poll } from './poll.js';
import type { WaitForDeletionOptions, WaitOptions } from './options.js';
import { backfilled, CREDENTIAL_DEAD, idle, pollOptions, refuseEnd } from './wait-conditions.js';
import { connectionSummary } from './read/connections.js';
import { readStatus } from './read/status.js';
import type { ConnectionStatus, ConnectionSummary } from './shapes.js';
import { restoreStep, workflowEnd } from './temporal.js';

/** How often the workflow itself is looked at: Postgres does not know that somebody terminated it. */
const LOOK_AT_WORKFLOW_MS = 15_000;
/** How long a connection may take to start the workflows that it has named. */
const START_MS = 60_000;
/** How long Postgres or Temporal may be away before the wait fails: a restart of either must not end it. */
const AWAY_MS = 120_000;

/** A look that answers nothing while a server is away, and fails when it is away for too long. */
const acrossOutages = <T>(look: () => Promise<T | undefined>): (() => Promise<T | undefined>) => {
  let awaySince: number | undefined;
  return async () => {
    try {
      const seen = await look();
      awaySince = undefined;
      return seen;
    } catch (error) {
      if (!(error instanceof Unreachable) && !isConnectionError(error)) throw error;
      awaySince ??= Date.now();
      if (Date.now() - awaySince > AWAY_MS) throw error;
      return undefined;
    }
  };
};

/** An import that X's refusal of the credential has ended may be over before the connection has heard of it. */
const refuseDeadCredential = async (context: Context, seen: ConnectionStatus): Promise<void> => {
  refuseEnd(seen);
  const { id, credentialProblem } = await requireConnection(context, seen.id);
  const { nextStep } = problemSummary(credentialProblem, { id, otherwise: 'reconnect' }) ?? {};
  if (nextStep !== undefined) throw new NeedsPerson(CREDENTIAL_DEAD, { nextStep });
};

const waitUntil = async (
  context: Context,
  id: ConnectionId,
  wait: WaitOptions,
  done: (status: ConnectionStatus) => boolean | Promise<boolean>,
): Promise<ConnectionStatus> => {
  let lookAt = Date.now() + LOOK_AT_WORKFLOW_MS;
  return poll({
    ...pollOptions(wait),
    look: acrossOutages(async () => {
      const seen = await readStatus(context, id);
      wait.onProgress?.(seen);
      refuseEnd(seen);
      if (await done(seen)) return seen;
      if (Date.now() >= lookAt) {
        lookAt = Date.now() + LOOK_AT_WORKFLOW_MS;
        const end = await workflowEnd(context, connectionWorkflowId(id));
        if (end !== undefined) {
          throw new BackfillFailed(`The workflow of the connection has ended (${end.toLowerCase()}).`, {
            nextStep: restoreStep(id),
          });
        }
      }
      return undefined;
    }),
  });
};

/** Waits until no account is backfilling. Accounts that are blocked are in the answer, with what cures them. */
export const waitForBackfill = (
  context: Context,
  id: ConnectionId,
  wait: WaitOptions = {},
): Promise<ConnectionStatus> => waitUntil(context, id, wait, backfilled);

/** The same, and until no daily or manual import runs either, nor a daily sync is about to begin. */
export const waitUntilIdle = (context: Context, id: ConnectionId, wait: WaitOptions = {}): Promise<ConnectionStatus> =>
  waitUntil(context, id, wait, async (seen) => {
    if (!idle(seen)) return false;
    const accounts = seen.accounts.map(({ accountId }) => accountId);
    return !(await dailySyncsGoOn(context, accounts));
  });

/** Waits until workflows have ended, `timeout` milliseconds at most; answers with those that have not. */
export const awaitWorkflowEnds = async (
  context: Context,
  workflowIds: readonly string[],
  timeout: number,
): Promise<readonly string[]> => {
  const open = new Set(workflowIds);
  const giveUp = Date.now() + timeout;
  return poll({
    ...pollOptions({ timeout: 2 * timeout, interval: 250 }),
    look: async () => {
      for (const workflowId of open) {
        if ((await workflowEnd(context, workflowId)) !== undefined) open.delete(workflowId);
      }
      return open.size === 0 || Date.now() > giveUp ? [...open] : undefined;
    },
  });
};

/** Waits for the workflows that a manual backfill started. */
export const waitForWorkflows = async (
  context: Context,
  id: ConnectionId,
  workflowIds: readonly string[],
  wait: WaitOptions = {},
): Promise<ConnectionStatus> => {
  const open = new Set(workflowIds);
  const failed: string[] = [];
  const missingUntil = Date.now() + START_MS;
  return poll({
    ...pollOptions(wait),
    look: acrossOutages(async () => {
      for (const workflowId of open) {
        const end = await workflowEnd(context, workflowId);
        // The connection names the workflows before it starts them.
        if (end === undefined || (end === 'NOT_FOUND' && Date.now() < missingUntil)) continue;
        open.delete(workflowId);
        if (end !== 'COMPLETED') failed.push(`${workflowId} (${end.toLowerCase()})`);
      }
      const whole = await readStatus(context, id);
      const parts = workflowIds.map((workflowId) => ({
        ended: !open.has(workflowId),
        run: whole.runs.find((run) => run.state === 'running' && run.workflowId === workflowId),
      }));
      const seen = { ...whole, progress: backfillProgress(parts) };
      wait.onProgress?.(seen);
      if (open.size > 0) {
        refuseEnd(seen);
        return undefined;
      }
      if (failed.length > 0) {
        await refuseDeadCredential(context, seen);
        throw new BackfillFailed(`The import ended without all of its days: ${failed.join(', ')}.`, {
          nextStep: {
            action: 'see_coverage',
            connectionId: id,
            text: 'See the coverage for the days and the reasons, and the Temporal UI for the workflow.',
          },
        });
      }
      return seen;
    }),
  });
};

/** Waits until the deletion that a disconnect has asked for is over; at once where none was asked for. */
export const waitForDeletion = async (
  context: Context,
  id: ConnectionId,
  { onProgress, ...wait }: WaitForDeletionOptions = {},
): Promise<ConnectionSummary> =>
  poll({
    ...pollOptions(wait),
    onTimeout: () => new TimedOut('The deletion is not finished yet; it goes on.'),
    look: acrossOutages(async () => {
      const seen = await connectionSummary(context, await requireConnection(context, id));
      onProgress?.(seen);
      // The connection starts the deletion when it ends.
      if ((await workflowEnd(context, connectionWorkflowId(id))) === undefined) return undefined;
      const end = await workflowEnd(context, deletionWorkflowId(id));
      if (end === undefined) return undefined;
      if (end === 'COMPLETED' || end === 'NOT_FOUND')
        return connectionSummary(context, await requireConnection(context, id));
      throw new NotPermitted(`The workflow of the deletion has ended (${end.toLowerCase()}).`, {
        nextStep: {
          action: 'retry',
          connectionId: id,
          text: 'Ask for the deletion again; it continues with the rest.',
        },
      });
    }),
  });
