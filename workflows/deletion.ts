import { continueAsNew, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { deletionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import { connectionIdAttribute } from '../temporal/search-attributes.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import { store } from './proxies.js';

export interface Deletion {
  readonly connectionId: ConnectionId;
}

/** Imports that were cancelled end within seconds; one that does not is ended in Postgres. */
const TRIES_TO_STOP = 30;

/**
 * Deletes what an ended connection has imported and nobody else reads. It is a workflow beside its connection's, because a
 * year of a large account takes minutes: Postgres counts what is done, and whatever is interrupted continues with the rest.
 */
export async function deletion(input: Deletion): Promise<void> {
  const { connectionId } = input;
  for (let tries = 0; tries < TRIES_TO_STOP; tries += 1) {
    const { going } = await store.stopImports.executeWithOptions({ summary: 'End the imports' }, [{ connectionId }]);
    if (going === 0) break;
    await sleep('2 seconds', { summary: `until ${going} imports have ended` });
  }
  for (;;) {
    const { left } = await store.deleteData.executeWithOptions({ summary: 'Delete' }, [{ connectionId }]);
    if (left === 0) return;
    if (shouldContinueAsNew()) await continueAsNew<typeof deletion>(input);
  }
}

/** Starts the deletion unless it goes on already. */
export const startDeletion = async (connectionId: ConnectionId): Promise<void> => {
  try {
    await startChild(deletion, {
      workflowId: deletionWorkflowId(connectionId),
      args: [{ connectionId }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'deletes what the connection has imported',
      typedSearchAttributes: [{ key: connectionIdAttribute, value: connectionId }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};
