import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import { xAdsQueueOf } from '../domain/ids.js';

/*
 * One proxy per class of call, its policy stated here and nowhere else. Retries of Temporal are the only retries:
 * activities fail, and say by `nextRetryDelay` when waiting helps.
 */

/**
 * Touches Postgres or Temporal only: short, and repeated until it works, because nothing else can go on. It beats, too: what
 * the server believes to have handed to a worker, and no worker has, is handed out again within ten seconds.
 */
export const store = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** A tiny read within the workflow's own task: one event instead of six, where six are a tenth of the history. */
export const local = proxyLocalActivities<Pick<Activities, 'dailyTurn'>>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Somebody waits in front of a screen: tell within minutes that X cannot be reached, instead of trying for a day. */
export const person = proxyActivities<Activities>({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '15 seconds' },
});

/**
 * Calls to X for an import. Waits for rate limits count as attempts and must fit into the schedule-to-close time-out:
 * a day is longer than any window of X. A worker that dies is noticed by its heartbeat within ten seconds.
 */
export const api = proxyActivities<Activities>({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Looks at X while nobody waits: what fails for two hours is looked at again the next day. */
export const background = proxyActivities<Activities>({
  taskQueue: xAdsQueueOf(workflowInfo().taskQueue),
  startToCloseTimeout: '15 minutes',
  scheduleToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/**
 * Tells people by web hook and mail. It gathers for a minute, and goes on while a channel is away; after a day it is no news.
 * The hour beyond is for giving up.
 */
export const notify = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '25 hours',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '5 minutes' },
});
