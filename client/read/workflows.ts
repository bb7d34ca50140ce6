import { WorkflowNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { connectionWorkflowId, type ConnectionId } from '../../domain/ids.js';
import { runsOf } from '../../store/import/run-progress.js';
import type { ConnectionWorkflow } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';
import { callTemporal } from '../temporal.js';

/** Enough to look at what goes on and what has failed lately. */
const NEWEST_RUNS = 10;
const AT_ONCE = 5;
const TIMEOUT_MS = 3_000;

const isKept = async ({ temporal }: Context, workflowId: string): Promise<boolean> => {
  try {
    await temporal.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
};

/** The workflow of the connection and those of its newest runs, and whether Temporal still keeps them. */
export const readWorkflows = async (context: Context, id: ConnectionId): Promise<readonly ConnectionWorkflow[]> => {
  await requireConnection(context, id);
  const runs = await runsOf(context.db, context.viewer, id);
  // One workflow may have made several runs; its newest stands for it.
  const newest = new Map(runs.toReversed().map((run) => [run.workflowId, run]));
  const ofRuns = [...newest.values()]
    .toReversed()
    .slice(0, NEWEST_RUNS)
    .map(({ workflowId, accountId, kind, startedAt }) => ({ workflowId, accountId, kind, startedAt }));
  const limit = pLimit(AT_ONCE);
  return await callTemporal(
    context,
    'look at the workflows',
    () =>
      Promise.all(
        [{ workflowId: connectionWorkflowId(id), kind: 'connection' as const }, ...ofRuns].map((each) =>
          limit(async () => ({ ...each, kept: await isKept(context, each.workflowId) })),
        ),
      ),
    TIMEOUT_MS,
  );
};
