/**
 * The vocabulary of identifiers. Every workflow id, schedule id and task queue name is spelt here and nowhere else,
 * so that activities can start workflows, and clients find them, without importing workflow code.
 */

/** A connection of a workspace to one X user (uuid). */
export type ConnectionId = string;
/** One X Ads account: base36, lower case, as X writes it. */
export type AccountId = string;
/** X's entity id (base36) as a string. */
export type EntityId = string;
/** X's stats job id: a snowflake beyond 2^53, hence a string. */
export type JobId = string;
/** One run of `importRange` (uuid); owns its claims, calls and slots. */
export type RunId = string;
/** X's numeric user id as a string. */
export type XUserId = string;

export const workflowTypes = {
  connection: 'connection',
  backfill: 'backfill',
  importRange: 'importRange',
  dailySync: 'dailySync',
} as const;

export const connectionWorkflowId = (connectionId: ConnectionId): string => `connection/${connectionId}`;
export const backfillWorkflowId = (connectionId: ConnectionId, accountId: AccountId): string =>
  `backfill/${connectionId}/${accountId}`;
export const manualBackfillWorkflowId = (connectionId: ConnectionId, accountId: AccountId, requestId: string): string =>
  `backfill/${connectionId}/${accountId}/${requestId}`;
export const importRangeWorkflowId = (runId: RunId): string => `import/${runId}`;
export const dailyScheduleId = (accountId: AccountId): string => `daily/${accountId}`;
