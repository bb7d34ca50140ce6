import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { WorkflowIdConflictPolicy } from '@temporalio/common';
import type { ConnectionState, Phase } from '../domain/connection.js';
import {
  type AccountId,
  backfillWorkflowId,
  type ConnectionId,
  connectionWorkflowId,
  deletionWorkflowId,
  manualBackfillWorkflowId,
  type RunId,
  workflowTypes,
} from '../domain/ids.js';
import {
  adAccountIdAttribute,
  connectionIdAttribute,
  importKindAttribute,
  phaseAttribute,
} from './search-attributes.js';

/*
 * How workflows are started from outside of workflows: their ids, summaries and search attributes. What they begin with is
 * ids only; names stay in Postgres.
 */

export interface ConnectionInput {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId?: string;
  readonly state?: ConnectionState;
  readonly manual?: readonly { readonly requestId: string; readonly accountId: AccountId }[];
  readonly restored?: boolean;
  readonly callback?: string;
}

export const connectionStart = (taskQueue: string, input: ConnectionInput) => {
  const phase: Phase = input.state?.phase ?? 'authorizing';
  return {
    workflowId: connectionWorkflowId(input.connectionId),
    taskQueue,
    staticSummary: 'A connection: sign-in, accounts, histories and daily syncs',
    args: [input],
    typedSearchAttributes: [
      { key: connectionIdAttribute, value: input.connectionId },
      { key: phaseAttribute, value: phase },
    ],
  };
};

export type ImportInput = { readonly connectionId: ConnectionId; readonly accountId: AccountId } & (
  | { readonly kind: 'history' }
  | { readonly kind: 'manual'; readonly requestId: string }
);

const backfillStart = (taskQueue: string, input: ImportInput) => {
  const { connectionId, accountId, kind } = input;
  return {
    workflowId:
      kind === 'manual'
        ? manualBackfillWorkflowId(connectionId, accountId, input.requestId)
        : backfillWorkflowId(connectionId, accountId),
    taskQueue,
    args: [input],
    staticSummary: `${kind} of ${accountId}`,
    typedSearchAttributes: [
      { key: connectionIdAttribute, value: connectionId },
      { key: adAccountIdAttribute, value: accountId },
      { key: importKindAttribute, value: kind },
    ],
  };
};

export interface DailySyncInput {
  readonly accountId: AccountId;
  readonly run: { readonly runId: RunId };
}

export const dailySyncSummary = (accountId: AccountId): string => `daily sync of ${accountId}`;

export const dailySyncAttributes = (accountId: AccountId) => [
  { key: adAccountIdAttribute, value: accountId },
  { key: importKindAttribute, value: 'daily' },
];

/** Each answers false where the workflow is running already: of two that start it at once, one does. */
export const createStarts = ({ workflow }: Pick<Client, 'workflow'>, taskQueue: string) => {
  const start = async (
    type: string,
    options: Parameters<typeof workflow.start>[1] & { readonly workflowIdConflictPolicy?: WorkflowIdConflictPolicy },
  ): Promise<boolean> => {
    try {
      await workflow.start(type, options);
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
      throw error;
    }
  };
  return {
    /** `anew` ends a workflow that is running. (Default: false) */
    connection: (input: ConnectionInput, anew = false) =>
      start(workflowTypes.connection, {
        ...connectionStart(taskQueue, input),
        ...(anew ? { workflowIdConflictPolicy: 'TERMINATE_EXISTING' } : {}),
      }),
    backfill: (input: ImportInput) => start(workflowTypes.backfill, backfillStart(taskQueue, input)),
    /** Under the workflow id that its run has, beside those that the schedule starts. */
    dailySync: (workflowId: string, input: DailySyncInput) =>
      start(workflowTypes.dailySync, {
        workflowId,
        taskQueue,
        args: [input],
        staticSummary: dailySyncSummary(input.accountId),
        typedSearchAttributes: dailySyncAttributes(input.accountId),
      }),
    deletion: (connectionId: ConnectionId) =>
      start(workflowTypes.deletion, {
        workflowId: deletionWorkflowId(connectionId),
        taskQueue,
        args: [{ connectionId }],
        staticSummary: 'deletes what the connection has imported',
        typedSearchAttributes: [{ key: connectionIdAttribute, value: connectionId }],
      }),
  };
};
