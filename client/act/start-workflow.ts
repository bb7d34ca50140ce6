import { WithStartWorkflowOperation } from '@temporalio/client';
import { connectionWorkflowId, workflowTypes } from '../../domain/ids.js';
import type { ConnectionId } from '../../domain/ids.js';
import { connectionIdAttribute, phaseAttribute } from '../../temporal/search-attributes.js';
import type { Context } from '../context.js';

/** What a connection's workflow begins with: ids only, names stay in Postgres. */
export interface ConnectionInput {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId?: string;
}

export const workflowOptions = ({ taskQueue }: Context, input: ConnectionInput) => ({
  workflowId: connectionWorkflowId(input.connectionId),
  taskQueue,
  staticSummary: 'A connection: sign-in, accounts, histories and daily syncs',
  args: [input],
  typedSearchAttributes: [
    { key: connectionIdAttribute, value: input.connectionId },
    { key: phaseAttribute, value: 'authorizing' },
  ],
});

/** Starts the workflow unless it runs, together with the update that it is started for. */
export const startOperation = (context: Context, input: ConnectionInput) =>
  new WithStartWorkflowOperation(workflowTypes.connection, {
    ...workflowOptions(context, input),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
