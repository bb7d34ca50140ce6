/**
 * Makes the workers of one process: one for workflows and the activities that only touch Postgres, one for the calls
 * to X, so that a queue of slow calls never holds up a workflow. Both share one connection to Temporal. Reads no
 * environment and installs no runtime, so that tests use it as the process does.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { Deps } from '../activities/deps.js';
import { createActivities } from '../activities/index.js';
import { IMPORTER_QUEUE, workflowTypes, xAdsQueueOf } from '../domain/ids.js';
import { type DailyScheduleTimes, createDailySchedules } from '../temporal/daily-schedules.js';
import { isOpenWorkflow } from '../temporal/restore.js';
import { createStarts } from '../temporal/starts.js';
import { workerLimits } from './limits.js';
import { logFields } from './log-fields.js';

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** (Default: Temporal's own, everything readable) */
  readonly dataConverter?: DataConverter | undefined;
  /** A ready bundle, as `worker/bundle.ts` builds it. (Default: made from `workflows/` now, which takes seconds) */
  readonly workflowBundle?: WorkflowBundleOption | undefined;
  /** The queue of the workflows; that of the calls to X is derived from it. (Default: `importer`) */
  readonly taskQueue?: string | undefined;
  /** When the daily syncs start. (Default: once a day, at the time that the grant chose) */
  readonly dailyScheduleTimes?: DailyScheduleTimes | undefined;
  /** How long activities may go on after `shutdown`. (Default: 20 seconds) */
  readonly shutdownGraceTime?: WorkerOptions['shutdownGraceTime'];
  /** When the worker ends without them. (Default: 30 seconds) */
  readonly shutdownForceTime?: WorkerOptions['shutdownForceTime'];
}

export interface Workers {
  /** Resolves when both have drained; rejects, once both have ended, when one of them failed. */
  run(): Promise<void>;
  /** Makes both drain. Safe to call twice, and before `run`. */
  shutdown(): void;
  /** Whether both poll their queues. */
  isPolling(): boolean;
}

/** What the activities use of Temporal, over the workers' own connection. */
export const temporalDeps = (
  options: Pick<WorkersOptions, 'connection' | 'namespace' | 'dataConverter' | 'dailyScheduleTimes'>,
  taskQueue: string,
): Pick<Deps, 'workflows' | 'schedules'> => {
  const { connection, namespace, dataConverter, dailyScheduleTimes } = options;
  const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  return {
    workflows: {
      isOpen: (workflowId) => isOpenWorkflow(client, workflowId),
      startBackfill: createStarts(client, taskQueue).backfill,
      cancel: async (workflowId) => {
        try {
          await client.workflow.getHandle(workflowId).cancel();
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      },
    },
    schedules: createDailySchedules(client.schedule, taskQueue, workflowTypes.dailySync, dailyScheduleTimes),
  };
};

/** `.ts` in development, `.js` when built. */
export const workflowsPath = fileURLToPath(
  new URL(`../workflows/index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

const atRoot = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
/** Where `worker/bundle.ts` writes the bundles: one for readable payloads, one for encrypted ones. */
export const bundlePaths = {
  plain: atRoot('workflow-bundle.js'),
  sealed: atRoot('workflow-bundle-sealed.js'),
} as const;

/** The bundle that was built for this kind of converter; undefined in development, where none is built. */
export const builtBundle = (dataConverter: DataConverter | undefined): WorkflowBundleOption | undefined => {
  const codePath = dataConverter?.failureConverterPath === undefined ? bundlePaths.plain : bundlePaths.sealed;
  return existsSync(codePath) ? { codePath } : undefined;
};

export type WorkerDeps = Omit<Deps, 'workflows' | 'schedules'>;

export const createWorkers = async (deps: WorkerDeps, options: WorkersOptions): Promise<Workers> => {
  const taskQueue = options.taskQueue ?? IMPORTER_QUEUE;
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    // Both have all activities: the workflow chooses the queue of each.
    activities: createActivities({ ...deps, ...temporalDeps(options, taskQueue) }),
    // An activity hears of its cancellation when it heartbeats, and the workflow waits for its end.
    maxHeartbeatThrottleInterval: '2 seconds',
    shutdownGraceTime: options.shutdownGraceTime ?? '20 seconds',
    shutdownForceTime: options.shutdownForceTime ?? '30 seconds',
    interceptors: { activity: [logFields(deps.db)] },
    ...(options.dataConverter === undefined ? {} : { dataConverter: options.dataConverter }),
  } satisfies Partial<WorkerOptions>;

  const importer = await Worker.create({
    ...shared,
    taskQueue,
    ...(options.workflowBundle === undefined ? { workflowsPath } : { workflowBundle: options.workflowBundle }),
    maxCachedWorkflows: workerLimits.cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: workerLimits.workflowTasks,
    maxConcurrentActivityTaskExecutions: workerLimits.importerActivities,
  });
  const xAds = await Worker.create({
    ...shared,
    taskQueue: xAdsQueueOf(taskQueue),
    maxConcurrentActivityTaskExecutions: workerLimits.xAdsActivities,
  }).catch(async (error: unknown) => {
    // Temporal knows the first one already; only a worker that has run can be shut down.
    const drained = importer.run();
    importer.shutdown();
    await drained;
    throw error;
  });
  const workers = [importer, xAds];

  let isShuttingDown = false;
  const shutdown = (): void => {
    isShuttingDown = true;
    // A worker that is not running throws when it is shut down.
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runOne = async (worker: Worker): Promise<void> => {
    try {
      await worker.run();
    } finally {
      // When one ends, the other must end too: either alone imports nothing.
      shutdown();
    }
  };
  return {
    shutdown,
    isPolling: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    run: async () => {
      const runs = workers.map(runOne);
      if (isShuttingDown) shutdown();
      const results = await Promise.allSettled(runs);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
};
