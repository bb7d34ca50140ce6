/**
 * Makes the workers of one process: one for workflows and the activities that only touch Postgres, one for the calls
 * to X, so that a queue of slow calls never holds up a workflow. Both share one connection to Temporal. Tests use this
 * file as the process does; it reads no environment and installs no runtime.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type { Deps } from '../activities/deps.js';
import { createActivities } from '../activities/index.js';
import { workflowTypes, xAdsQueueOf } from '../domain/ids.js';
import { type AlarmSpec, createDailySchedules } from '../temporal/daily-schedules.js';
import { taskQueueLimits, taskQueues } from '../temporal/task-queues.js';
import { logFields } from './log-fields.js';

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** (Default: Temporal's own, everything readable) */
  readonly dataConverter?: DataConverter | undefined;
  /** Built by `worker/bundle.ts`. (Default: bundled from `workflows/` now, which takes about a second) */
  readonly workflowBundle?: WorkflowBundleOption | undefined;
  /** Of the workflows; the queue of the calls to X follows from it. (Default: `importer`; tests have one of their own) */
  readonly taskQueue?: string | undefined;
  /** When the daily syncs are due. (Default: once a day, at the time that the grant chose) */
  readonly dailyAlarm?: AlarmSpec | undefined;
  /** How long activities may go on after a shutdown was asked for. (Default: 20 seconds) */
  readonly shutdownGraceTime?: WorkerOptions['shutdownGraceTime'];
  /** When the shutdown gives up on them. (Default: 30 seconds) */
  readonly shutdownForceTime?: WorkerOptions['shutdownForceTime'];
}

export interface Workers {
  /** Settles when both have drained; rejects when one of them broke, after the other has drained. */
  run(): Promise<void>;
  /** Asks both to drain. Safe to call twice, and before `run`. */
  shutdown(): void;
  /** Do both poll their queues? */
  isPolling(): boolean;
}

/** What activities want to know of Temporal, over the connection that the workers have anyway. */
const ofTemporal = (options: WorkersOptions, taskQueue: string): Pick<Deps, 'workflows' | 'schedules'> => {
  const { connection, namespace, dataConverter, dailyAlarm } = options;
  const client = new Client({ connection, namespace, ...(dataConverter === undefined ? {} : { dataConverter }) });
  return {
    workflows: {
      isOpen: async (workflowId) => {
        try {
          const { status } = await client.workflow.getHandle(workflowId).describe();
          return status.name === 'RUNNING' || status.name === 'PAUSED';
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      },
      cancel: async (workflowId) => {
        try {
          await client.workflow.getHandle(workflowId).cancel();
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      },
    },
    schedules: createDailySchedules(client.schedule, taskQueue, workflowTypes.dailySync, dailyAlarm),
  };
};

/** `.ts` in development, `.js` when built. */
export const workflowsPath = fileURLToPath(
  new URL(`../workflows/index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);

const beside = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
/** Where `worker/bundle.ts` puts what it makes, beside the rooms: for readable payloads, and for encrypted ones. */
export const bundlePaths = {
  plain: beside('workflow-bundle.js'),
  sealed: beside('workflow-bundle-sealed.js'),
} as const;

/** The bundle that was built for this kind of converter; in development there is none, and it is made at the start. */
export const builtBundle = (dataConverter: DataConverter | undefined): WorkflowBundleOption | undefined => {
  const codePath = dataConverter?.failureConverterPath === undefined ? bundlePaths.plain : bundlePaths.sealed;
  return existsSync(codePath) ? { codePath } : undefined;
};

export type WorkerDeps = Omit<Deps, 'workflows' | 'schedules'>;

export const createWorkers = async (deps: WorkerDeps, options: WorkersOptions): Promise<Workers> => {
  const taskQueue = options.taskQueue ?? taskQueues.importer;
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    // Both know all activities; which of the two queues an activity waits in is the workflow's decision.
    activities: createActivities({ ...deps, ...ofTemporal(options, taskQueue) }),
    shutdownGraceTime: options.shutdownGraceTime ?? '20 seconds',
    shutdownForceTime: options.shutdownForceTime ?? '30 seconds',
    interceptors: { activity: [logFields(deps.db)] },
    ...(options.dataConverter === undefined ? {} : { dataConverter: options.dataConverter }),
  } satisfies Partial<WorkerOptions>;

  const importer = await Worker.create({
    ...shared,
    taskQueue,
    ...(options.workflowBundle === undefined ? { workflowsPath } : { workflowBundle: options.workflowBundle }),
    maxCachedWorkflows: taskQueueLimits.cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: taskQueueLimits.workflowTasks,
    maxConcurrentActivityTaskExecutions: taskQueueLimits.importerActivities,
  });
  const xAds = await Worker.create({
    ...shared,
    taskQueue: xAdsQueueOf(taskQueue),
    maxConcurrentActivityTaskExecutions: taskQueueLimits.xAdsActivities,
  }).catch(async (error: unknown) => {
    // The first one is registered already, and only one that has run can be taken back.
    const taken = importer.run();
    importer.shutdown();
    await taken;
    throw error;
  });
  const workers = [importer, xAds];

  let asked = false;
  const shutdown = (): void => {
    asked = true;
    // A worker refuses to be shut down when it is not running.
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runOne = async (worker: Worker): Promise<void> => {
    try {
      await worker.run();
    } finally {
      // One that broke, or got the signal first, takes the other with it: half a worker imports nothing.
      shutdown();
    }
  };
  return {
    shutdown,
    isPolling: () => workers.every((worker) => worker.getState() === 'RUNNING'),
    run: async () => {
      const runs = workers.map(runOne);
      if (asked) shutdown();
      const results = await Promise.allSettled(runs);
      const broken = results.find((result) => result.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
    },
  };
};
