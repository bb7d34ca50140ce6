import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import { xAdsQueueOf } from '../domain/ids.js';

/*
 * One proxy per class of call; its timeouts and retries are set here only. Temporal's retries are the only retries: an
 * activity fails, and sets `nextRetryDelay` where the time of the next attempt is known.
 */

/**
 * A cancelled workflow waits until its activities have ended, so that nothing of a run is claimed or created after the run
 * has been ended. Where nothing is set, the SDK lets the workflow go on at once.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

const proxy = (options: ActivityOptions) => proxyActivities<Activities>({ ...options, cancellationType });

/**
 * Calls that touch Postgres or Temporal only: short, and retried without end. Heartbeats so that a task lost on its way
 * to a worker is rescheduled within 10 s.
 */
export const store = proxy({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

const boundedBy = (seconds: number, options: ActivityOptions = {}) =>
  proxy({
    ...options,
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: `${seconds} seconds`,
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  });

/** The main loop of a connection waits this long for an activity. */
export const BOUND_SECONDS = 180;

/**
 * The same for what the main loop of a connection waits for: it fails within minutes, so that a pause or a disconnect that
 * comes meanwhile is done. Whoever calls it tries again later.
 */
export let bounded = boundedBy(BOUND_SECONDS);

const atX: ActivityOptions = { taskQueue: xAdsQueueOf(workflowInfo().taskQueue) };
/** The same for calls to X. */
export let boundedAtX = boundedBy(BOUND_SECONDS, atX);

/** Sets the bound of this workflow: modules are each workflow's own. Tests shorten it. */
export const setBound = (seconds: number): void => {
  bounded = boundedBy(seconds);
  boundedAtX = boundedBy(seconds, atX);
};

/** A small read inside the workflow task: one event instead of six, a tenth of a daily sync's history. */
export const local = proxyLocalActivities<Pick<Activities, 'dailyReader'>>({
  startToCloseTimeout: '10 seconds',
  cancellationType,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Calls that a person waits for: they fail within minutes when X cannot be reached, instead of trying for a day. */
export const person = proxy({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '15 seconds' },
});

/**
 * Calls to X for an import. Holds for rate limits count as attempts and must fit into the schedule-to-close timeout: a day
 * is longer than any of X's windows. The heartbeat timeout reports a dead worker within 10 s.
 */
export const api = proxy({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Checks of X that nobody waits for: what fails for two hours is tried again the next day. */
export const background = proxy({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/**
 * Notifications by web hook and mail: gathered for a minute, retried while a channel fails, given up after a day. The
 * hour beyond the day is for giving up.
 */
export const notify = proxy({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '25 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '5 minutes' },
});
