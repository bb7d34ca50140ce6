import { WithStartWorkflowOperation } from '@temporalio/client';
import { workflowTypes } from '../../domain/ids.js';
import { restoredState } from '../../domain/restore.js';
import { storedConnections } from '../../store/connection/stored-connections.js';
import { type ConnectionInput, connectionStart } from '../../temporal/starts.js';
import type { Context } from '../context.js';

/**
 * Starts the workflow unless it runs, together with the update that it is started for. One that is gone goes on with the state
 * that Postgres knows.
 */
export const startOperation = async ({ db, taskQueue }: Context, input: ConnectionInput) => {
  const [stored] = await storedConnections(db, [input.connectionId]);
  const known = stored === undefined || stored.phase === 'authorizing' ? {} : { state: restoredState(stored) };
  return new WithStartWorkflowOperation(workflowTypes.connection, {
    ...connectionStart(taskQueue, { ...input, ...known }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
};
