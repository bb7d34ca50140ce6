import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { type ConnectionId, connectionWorkflowId } from '../domain/ids.js';
import { restoredState, type StoredConnection, type StoredRun } from '../domain/restore.js';
import { createStarts } from './starts.js';

/** What Postgres knows of the workflows that there should be. */
export interface StoredWork {
  /** The connections that have not ended. */
  live(): Promise<readonly ConnectionId[]>;
  connections(ids: readonly ConnectionId[]): Promise<readonly StoredConnection[]>;
  /** The runs that go on, oldest first. */
  runs(ids: readonly ConnectionId[]): Promise<readonly StoredRun[]>;
  /** Ended connections whose data are being deleted. */
  deleting(): Promise<readonly ConnectionId[]>;
}

export interface RestoreWorkflowsOptions {
  readonly taskQueue: string;
  /** Start the connections' workflows anew although they are running: Postgres was restored to another moment. (Default: false) */
  readonly anew?: boolean;
}

/** The workflows that were gone and have been started. */
export interface StartedAnew {
  readonly connections: readonly ConnectionId[];
  readonly runs: number;
  readonly deletions: number;
}

/** Calls to Temporal at once. */
const AT_ONCE = 10;

/** Is an execution of the workflow open? */
export const isOpenWorkflow = async ({ workflow }: Pick<Client, 'workflow'>, workflowId: string): Promise<boolean> => {
  try {
    const { status } = await workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
};

/** What a run's workflow begins with: it goes on with the run, its claims and its jobs at X. */
const inputOf = ({ runId, connectionId, accountId, kind, range, refetch, requestId, surveyed }: StoredRun) => ({
  runId,
  connectionId,
  accountId,
  kind,
  range,
  ...(refetch ? { refetch } : {}),
  ...(requestId === null ? {} : { requestId }),
  ...(surveyed ? { planned: range } : {}),
});

/**
 * Starts the workflows anew that Postgres knows of and Temporal does not: of connections, of their runs, of deletions. Nobody
 * signs in again, and nothing is fetched twice. Schedules are made by the connections. Safe to repeat, and by several at once.
 */
export const restoreWorkflows = async (
  client: Pick<Client, 'workflow'>,
  stored: StoredWork,
  { taskQueue, anew = false }: RestoreWorkflowsOptions,
): Promise<StartedAnew> => {
  const limit = pLimit(AT_ONCE);
  const starts = createStarts(client, taskQueue);
  const each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => limit.map([...items], work);

  const live = await stored.live();
  const open = await each(live, async (id) => !anew && (await isOpenWorkflow(client, connectionWorkflowId(id))));
  const gone = live.filter((_, i) => open[i] !== true);
  const runs = await stored.runs(gone);
  // Before the connections, which end runs that have no workflow.
  const startedRuns = await each(runs, (run) => {
    const { connectionId, accountId, kind, workflowId, requestId } = run;
    const carried = inputOf(run);
    if (kind === 'daily') return starts.dailySync(workflowId, { accountId, run: carried });
    const which = { connectionId, accountId, run: carried };
    if (kind === 'history') return starts.backfill({ ...which, kind });
    return requestId === null ? Promise.resolve(false) : starts.backfill({ ...which, kind, requestId });
  });
  const connections = await stored.connections(gone);
  const startedConnections = await each(connections, (connection) => {
    const { connectionId, signIn } = connection;
    const manual = runs.flatMap((run) =>
      run.connectionId === connectionId && run.kind === 'manual' && run.requestId !== null
        ? { requestId: run.requestId, accountId: run.accountId }
        : [],
    );
    const callback = signIn?.answered === true ? { callback: signIn.oauthRequestId } : {};
    const input = { connectionId, state: restoredState(connection), manual, restored: true, ...callback };
    return starts.connection(input, anew);
  });
  const startedDeletions = await each(await stored.deleting(), starts.deletion);
  return {
    connections: connections.flatMap(({ connectionId }, i) => (startedConnections[i] === true ? connectionId : [])),
    runs: startedRuns.filter(Boolean).length,
    deletions: startedDeletions.filter(Boolean).length,
  };
};
