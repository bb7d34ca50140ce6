import { getExternalWorkflowHandle, log, ParentClosePolicy, sleep, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { unfinished } from '../domain/connection.js';
import type { Choice, ConnectionState, GrantState } from '../domain/connection.js';
import { backfillWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { adAccountIdAttribute, connectionIdAttribute, importKindAttribute } from '../temporal/search-attributes.js';
import { backfill } from './backfill.js';
import { store } from './proxies.js';

/*
 * Starts and stops the history imports of a connection: one `backfill` workflow per account, beside the connection's own,
 * under a workflow id that only one execution can have open.
 */

/** Starts the account's history import; if one is already running, marks it to run again. */
export const startHistory = async (connectionId: ConnectionId, accountId: AccountId): Promise<GrantState> => {
  await store.recordGrant({ connectionId, accountId, status: 'backfilling' });
  return startRecordedHistory(connectionId, accountId);
};

/** The same for a grant that is stored as backfilling already: one activity less for the person who has just chosen. */
export const startRecordedHistory = async (connectionId: ConnectionId, accountId: AccountId): Promise<GrantState> => {
  const grant: GrantState = { status: 'backfilling' };
  return (await startIfClosed(connectionId, accountId)) ? grant : { ...grant, rerun: true };
};

export const backfillOptions = (connectionId: ConnectionId, accountId: AccountId, kind: 'history' | 'manual') => ({
  // A backfill outlives continue-as-new of its connection, and signals it by workflow id.
  parentClosePolicy: ParentClosePolicy.ABANDON,
  staticSummary: `${kind} of ${accountId}`,
  typedSearchAttributes: [
    { key: connectionIdAttribute, value: connectionId },
    { key: adAccountIdAttribute, value: accountId },
    { key: importKindAttribute, value: kind },
  ],
});

/** Returns false when the account's history import is already running. */
const startIfClosed = async (connectionId: ConnectionId, accountId: AccountId): Promise<boolean> => {
  try {
    await startChild(backfill, {
      workflowId: backfillWorkflowId(connectionId, accountId),
      args: [{ connectionId, accountId, kind: 'history' }],
      ...backfillOptions(connectionId, accountId, 'history'),
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
};

/** Cancels the account's history import, if one is running; what has landed stays. */
export const stopHistory = async (connectionId: ConnectionId, accountId: AccountId): Promise<void> => {
  await getExternalWorkflowHandle(backfillWorkflowId(connectionId, accountId))
    .cancel()
    .catch(() => undefined);
};

/** A history that signalled its end closes within seconds; until then its workflow id is taken. */
const CLOSE_SECONDS = 60;

/** Starts the account's history import again after one has ended, if the connection is active. */
export const rerunHistory = async <
  S extends ConnectionState & { readonly grants: Readonly<Record<AccountId, GrantState>> },
>(
  state: S,
  accountId: AccountId,
): Promise<S> => {
  if (state.phase !== 'active') return state;
  const { connectionId } = state;
  let grant = await startHistory(connectionId, accountId);
  for (let waited = 0; grant.rerun === true && waited < CLOSE_SECONDS; waited += 1) {
    await sleep('1 second', { summary: `until the history of ${accountId} has closed` });
    grant = await startHistory(connectionId, accountId);
  }
  return { ...state, grants: { ...state.grants, [accountId]: grant } };
};

/** Enters the phase `active` and starts the history import of each account that is not up to date. */
export const activate = async (
  connectionId: ConnectionId,
  choice: Choice,
  before: Readonly<Record<AccountId, GrantState>>,
  start: typeof startHistory = startHistory,
): Promise<ConnectionState> => {
  const unfinishedIds = new Set(unfinished(before));
  const grants: Record<AccountId, GrantState> = {};
  for (const [accountId, grant] of Object.entries(before)) {
    grants[accountId] = unfinishedIds.has(accountId) ? await start(connectionId, accountId) : grant;
  }
  return { version: 1, connectionId, phase: 'active', choice, grants };
};

/**
 * The imports' part of the daily self-check: ends runs whose workflow is gone, and starts the history import of each
 * backfilling account where none is running. Somebody cancelled or terminated it by hand, and nothing else would start it.
 */
export const repairImports = async (state: ConnectionState): Promise<ConnectionState> => {
  const { connectionId } = state;
  await store.reapRuns.executeWithOptions({ summary: 'End runs whose workflow is gone' }, [{ connectionId }]);
  if (state.phase !== 'active') return state;
  const grants: Record<AccountId, GrantState> = { ...state.grants };
  for (const [accountId, { status }] of Object.entries(state.grants)) {
    if (status !== 'backfilling' || !(await startIfClosed(connectionId, accountId))) continue;
    log.warn('A history was gone before its days were in, and is started again', { connectionId, accountId });
    grants[accountId] = { status };
  }
  return { ...state, grants };
};
