/**
 * How much one worker process does at once. It serves two queues, whose names `domain/ids.ts` has: calls that wait for X
 * never hold up workflows and the store.
 */
export const workerLimits = {
  /** Activities of the store are cheap, but each may hold a Postgres session. */
  importerActivities: 40,
  /** More would gain nothing: X's limits are per window and not per socket. */
  xAdsActivities: 40,
  workflowTasks: 40,
  /** Workflows kept in memory between tasks, some 2 MB each. */
  cachedWorkflows: 500,
} as const;
