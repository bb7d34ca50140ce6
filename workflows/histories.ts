import { getExternalWorkflowHandle, log, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ConnectionState, GrantState } from '../domain/connection.js';
import { backfillWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { adAccountIdAttribute, connectionIdAttribute, importKindAttribute } from '../temporal/search-attributes.js';
import { backfill } from './backfill.js';
import { store } from './proxies.js';

/*
 * The histories that a connection keeps alive: one workflow per account, beside the connection's own, under a name that
 * no other can take while it lives.
 */

/** The history of an account is to be imported, from now on or, while one runs, once more after that. */
export const fill = async (connectionId: ConnectionId, accountId: AccountId): Promise<GrantState> => {
  await store.recordGrant({ connectionId, accountId, status: 'backfilling' });
  return fillRecorded(connectionId, accountId);
};

/** The same, of a grant that is stored as backfilling already: whoever has just chosen waits for nothing more. */
export const fillRecorded = async (connectionId: ConnectionId, accountId: AccountId): Promise<GrantState> => {
  const grant: GrantState = { status: 'backfilling' };
  return (await startHistory(connectionId, accountId)) ? grant : { ...grant, again: true };
};

export const childOptions = (connectionId: ConnectionId, accountId: AccountId, kind: 'history' | 'manual') => ({
  // The child outlives continue-as-new of its connection, and speaks to it by workflow id.
  parentClosePolicy: ParentClosePolicy.ABANDON,
  staticSummary: `${kind} of ${accountId}`,
  typedSearchAttributes: [
    { key: connectionIdAttribute, value: connectionId },
    { key: adAccountIdAttribute, value: accountId },
    { key: importKindAttribute, value: kind },
  ],
});

/** False when it is running already: then it is started once more when it has ended, for what changed meanwhile. */
const startHistory = async (connectionId: ConnectionId, accountId: AccountId): Promise<boolean> => {
  try {
    await startChild(backfill, {
      workflowId: backfillWorkflowId(connectionId, accountId),
      args: [{ connectionId, accountId, kind: 'history' }],
      ...childOptions(connectionId, accountId, 'history'),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
};

/** Ends the history of an account, if one runs; what has landed stays. */
export const stop = async (connectionId: ConnectionId, accountId: AccountId): Promise<void> => {
  await getExternalWorkflowHandle(backfillWorkflowId(connectionId, accountId))
    .cancel()
    .catch(() => undefined);
};

/** The history that told its end closes a moment later; until then its name is taken. */
const CLOSING_SECONDS = 60;

export const historyAgain = async <
  S extends ConnectionState & { readonly grants: Readonly<Record<AccountId, GrantState>> },
>(
  state: S,
  accountId: AccountId,
): Promise<S> => {
  if (state.phase !== 'active') return state;
  const { connectionId } = state;
  let grant = await fill(connectionId, accountId);
  for (let waited = 0; grant.again === true && waited < CLOSING_SECONDS; waited += 1) {
    await sleep('1 second', { summary: `until the history of ${accountId} has closed` });
    grant = await fill(connectionId, accountId);
  }
  return { ...state, grants: { ...state.grants, [accountId]: grant } };
};

/**
 * What the daily self-check does for the imports: runs whose workflow is gone are ended, and the history of every account
 * that is not in is started again where none runs. Somebody has cancelled or terminated it by hand, and nothing else would
 * ever bring its days.
 */
export const healImports = async (state: ConnectionState): Promise<ConnectionState> => {
  if (state.phase !== 'active') return state;
  const { connectionId } = state;
  await store.reapRuns.executeWithOptions({ summary: 'End runs whose workflow is gone' }, [{ connectionId }]);
  const grants: Record<AccountId, GrantState> = { ...state.grants };
  for (const [accountId, { status }] of Object.entries(state.grants)) {
    if (status !== 'backfilling' || !(await startHistory(connectionId, accountId))) continue;
    log.warn('A history was gone before its days were in, and is started again', { connectionId, accountId });
    grants[accountId] = { status };
  }
  return { ...state, grants };
};
