/**
 * Two queues in one worker process, so that calls that wait for X never hold up workflows and the store.
 */
export const taskQueues = {
  /** Workflows, and activities that touch only Postgres or Temporal. */
  importer: 'importer',
  /** Activities that call X. */
  xAds: 'x-ads',
} as const;

/** The pair of queues of one installation; tests give each worker a pair of its own. */
export interface TaskQueues {
  readonly importer: string;
  readonly xAds: string;
}

/** How many at once, in one worker process. */
export const taskQueueLimits = {
  /** Pollers of the store are cheap, but each may hold one Postgres session. */
  importerActivities: 40,
  /** More calls at once than X answers quickly gain nothing: the limits are per window, not per connection. */
  xAdsActivities: 40,
  workflowTasks: 40,
  /** Workflows kept in memory between tasks, some 2 MB each. */
  cachedWorkflows: 500,
} as const;
