/**
 * Identifiers. Every workflow id, schedule id and task queue name is built here only, so that activities and clients can
 * name workflows without importing workflow code.
 */

/** A connection of a workspace to one X user (uuid). */
export type ConnectionId = string;
/** One X Ads account: base36, lower case, such as `18ce54d4x5t`. */
export type AccountId = string;
/** X's entity id (base36) as a string. */
export type EntityId = string;
/** X's stats job id: a snowflake beyond 2^53, hence a string. */
export type JobId = string;
/** One import of a range of an account (uuid); owns its claims, calls and slots. */
export type RunId = string;
/** X's numeric user id as a string. */
export type XUserId = string;

export const workflowTypes = {
  connection: 'connection',
  backfill: 'backfill',
  dailySync: 'dailySync',
  deletion: 'deletion',
} as const;

export const connectionWorkflowId = (connectionId: ConnectionId): string => `connection/${connectionId}`;
export const backfillWorkflowId = (connectionId: ConnectionId, accountId: AccountId): string =>
  `backfill/${connectionId}/${accountId}`;
export const manualBackfillWorkflowId = (connectionId: ConnectionId, accountId: AccountId, requestId: string): string =>
  `backfill/${connectionId}/${accountId}/${requestId}`;
/** Deletes what a connection has imported; one at a time. */
export const deletionWorkflowId = (connectionId: ConnectionId): string => `deletion/${connectionId}`;
export const dailyScheduleId = (accountId: AccountId): string => `daily/${accountId}`;
/** Temporal appends a dash and the nominal time to it, e.g. `sync/18ce54d4x5t-2026-11-23T10:00:00Z`. */
export const dailySyncWorkflowId = (accountId: AccountId): string => `sync/${accountId}`;

/** The ids inside a workflow's own id, for log lines. Temporal appends the nominal time to ids of a schedule's workflows. */
export const idsInWorkflowId = (
  workflowId: string,
): { readonly connectionId?: ConnectionId; readonly accountId?: AccountId } => {
  const [kind = '', first = '', second = ''] = workflowId.split('/');
  if (first === '') return {};
  switch (kind) {
    case 'connection':
    case 'deletion':
      return { connectionId: first };
    case 'backfill':
      return { connectionId: first, ...(second === '' ? {} : { accountId: second }) };
    case 'sync':
      return { accountId: first.split('-', 1)[0] ?? first };
    default:
      return {};
  }
};

/** The queue of workflows and of activities that touch Postgres only. Calls to X have a queue of their own. */
export const IMPORTER_QUEUE = 'importer';
/** The queue for calls to X that belongs to a workflow's queue. A worker serves both; tests use pairs of their own. */
export const xAdsQueueOf = (importerQueue: string): string =>
  importerQueue === IMPORTER_QUEUE ? 'x-ads' : `${importerQueue}-x-ads`;
