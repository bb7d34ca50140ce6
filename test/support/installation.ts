import { randomBytes } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { loadClientConfig } from '../../config.js';
import { type ImporterConfig, type Opened, openWith, type OpenOptions } from '../../client/open.js';
import { defaultJobTimeouts, type JobTimeouts } from '../../domain/job-outcome.js';
import { Disposals } from '../../local/disposals.js';
import { type Stack, type StackOptions, startStack } from '../../local/stack.js';
import { freePort } from '../../process/free-port.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import type { Simulator } from '../../simulator/state/simulator.js';
import { createPool, type Db } from '../../store/pool.js';
import { createSealer, type Sealer } from '../../store/secrets.js';
import { createWorkers, type WorkersOptions } from '../../worker/create.js';
import { createXAds, type XAds } from '../../x-ads/client.js';
import { createDatabase, shiftClock } from './database.js';
import { type SimulatedControl, simulatedControl, type SimulatedOptions, startSimulator } from './simulator.js';
import { newNamespace, temporalAddress, workflowBundle } from './temporal.js';
import { WAIT_MS } from './until.js';

/*
 * An installation in three levels, each of which the tests take as far as they need it:
 *
 *   base         a database, a simulated X, and our client of X, for activities that a test calls itself
 *   in process   the same with Temporal, a worker in the test's own process, and the façade
 *   processes    every part a process of its own, as a user runs it
 */

export interface Base extends SimulatedControl, AsyncDisposable {
  readonly databaseUrl: string;
  readonly db: Db;
  readonly importerKeys: readonly Buffer[];
  readonly sealer: Sealer;
  /** Of the simulated X. */
  readonly url: string;
  readonly simulator: Simulator;
  readonly consumer: { readonly key: string; readonly secret: string };
  readonly x: XAds;
  /** Undone at the end, before what the level itself has opened. */
  readonly disposals: Disposals;
}

export interface BaseOptions {
  /** Time-outs of the calls to X. (Default: those of production) */
  readonly timeouts?: Parameters<typeof createXAds>[0]['timeouts'];
  readonly poolSize?: number;
  /** By how many seconds Postgres' clock is ahead of this machine's. (Default: 0) */
  readonly postgresAhead?: number;
}

/** A database of its own and a simulated X whose data time stands still until a test moves it. */
export const openBase = async (
  simulated: SimulatedOptions = {},
  { timeouts, poolSize, postgresAhead = 0 }: BaseOptions = {},
): Promise<Base> => {
  const disposals = new Disposals();
  return await disposals.guard(async () => {
    const database = await createDatabase();
    disposals.add(() => database.drop());
    if (postgresAhead !== 0) await shiftClock(database.url, postgresAhead);
    const { url, simulator, consumerKey, consumerSecret, close } = await startSimulator(simulated);
    disposals.add(close);
    const x = simulatedControl(url);
    await x.freeze();
    const db = createPool(database.url, poolSize === undefined ? {} : { max: poolSize });
    disposals.add(() => db.end());
    const consumer = { key: consumerKey, secret: consumerSecret };
    const client = createXAds({
      baseUrl: url,
      oauthUrl: url,
      consumer,
      ...(timeouts === undefined ? {} : { timeouts }),
    });
    disposals.add(() => client.close());
    const importerKeys = [randomBytes(32)];
    return {
      ...x,
      databaseUrl: database.url,
      db,
      importerKeys,
      sealer: createSealer(importerKeys),
      url,
      simulator,
      consumer,
      x: client,
      disposals,
      [Symbol.asyncDispose]: () => disposals.dispose(),
    };
  });
};

export interface InProcess extends Base, Pick<Opened, 'importer' | 'temporal'> {
  readonly config: ImporterConfig;
  readonly opened: Opened;
  /** Temporal's data are lost: the worker ends, and another works in a new, empty namespace. Returns how to reach that one. */
  loseTemporal(): Promise<{ readonly config: ImporterConfig; readonly opened: Opened }>;
  /** Does something while no worker runs; afterwards one does again. */
  withoutWorker(work: () => Promise<void>): Promise<void>;
}

export interface InProcessOptions extends BaseOptions, Pick<WorkersOptions, 'taskQueue' | 'dailyScheduleTimes'> {
  /** (Default: yes) */
  readonly worker?: boolean;
  readonly jobTimeouts?: JobTimeouts;
  /** (Default: the test run's Temporal server, and a new namespace) */
  readonly server?: { readonly address: string; readonly namespace: string };
  /** (Default: 8788) */
  readonly callbackPort?: number;
  readonly open?: OpenOptions;
}

const startWorkers = async (
  base: Base,
  server: { readonly address: string; readonly namespace: string },
  { jobTimeouts = defaultJobTimeouts, taskQueue, dailyScheduleTimes }: InProcessOptions,
): Promise<() => Promise<void>> => {
  const { db, sealer, x, disposals } = base;
  const connection = await NativeConnection.connect({ address: server.address });
  disposals.add(() => connection.close());
  const workers = await createWorkers(
    { db, sealer, x, jobTimeouts },
    {
      connection,
      namespace: server.namespace,
      taskQueue,
      dailyScheduleTimes,
      workflowBundle: workflowBundle(),
      shutdownGraceTime: '1 second',
      shutdownForceTime: '5 seconds',
    },
  );
  const running = workers.run();
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) workers.shutdown();
    isStopped = true;
    await running;
  };
  disposals.add(stop);
  return stop;
};

/** Postgres, Temporal, a simulated X, a worker and the façade, all but the servers in the test's own process. */
export const startInProcess = async (
  simulated: SimulatedOptions = {},
  options: InProcessOptions = {},
): Promise<InProcess> => {
  const { worker = true, callbackPort = 8788 } = options;
  const base = await openBase(simulated, options);
  return await base.disposals.guard(async () => {
    const server = options.server ?? { address: temporalAddress(), namespace: await newNamespace() };
    const { address, namespace } = server;
    const config: ImporterConfig = {
      databaseUrl: base.databaseUrl,
      temporal: { connectionOptions: { address }, namespace },
      importerKeys: base.importerKeys,
      payloadKeys: [],
      xApiUrl: base.url,
      callbackPort,
    };
    let stopWorkers = worker ? await startWorkers(base, server, options) : undefined;
    const { taskQueue } = options;
    const open = async (opening: ImporterConfig): Promise<Opened> => {
      const opened = await openWith(opening, {
        // A worker on a busy machine answers late, and without one there is nothing to wait for.
        workerTimeout: worker ? WAIT_MS : 300,
        ...(taskQueue === undefined ? {} : { taskQueue }),
        ...options.open,
      });
      base.disposals.add(() => opened.importer.close());
      return opened;
    };
    const loseTemporal: InProcess['loseTemporal'] = async () => {
      await stopWorkers?.();
      const empty = { address, namespace: await newNamespace() };
      await startWorkers(base, empty, options);
      const moved = { ...config, temporal: { connectionOptions: { address }, namespace: empty.namespace } };
      return { config: moved, opened: await open(moved) };
    };
    const withoutWorker: InProcess['withoutWorker'] = async (work) => {
      await stopWorkers?.();
      await work();
      stopWorkers = await startWorkers(base, server, options);
    };
    const opened = await open(config);
    const { importer, temporal } = opened;
    return { ...base, importer, temporal, config, opened, loseTemporal, withoutWorker };
  });
};

export interface Processes extends Opened, SimulatedControl, AsyncDisposable {
  readonly stack: Stack;
  readonly simulatorUrl: string;
}

const bare = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TEMPORAL_CLI_PATH: process.env['TEMPORAL_CLI_PATH'],
};

/** The importer as a user runs it, every part a process of its own. */
export const startProcesses = async (
  simulator: readonly string[],
  { workers = 1, server = false, firstPauseMillis }: Pick<StackOptions, 'workers' | 'server' | 'firstPauseMillis'> = {},
): Promise<Processes> => {
  const disposals = new Disposals();
  return await disposals.guard(async () => {
    const folder = throwawayFolder();
    disposals.add(() => folder[Symbol.dispose]());
    const stack = await startStack({
      dataDir: folder.path,
      environment: bare,
      simulator,
      workers,
      server,
      ui: false,
      ...(firstPauseMillis === undefined ? {} : { firstPauseMillis }),
      // Installations that start beside each other would both take the usual port of the server.
      ...(server ? { ports: { server: await freePort() } } : {}),
    });
    disposals.add(() => stack.stop());
    const { simulatorUrl } = stack;
    if (simulatorUrl === undefined) throw new Error('the simulator did not start');
    const x = simulatedControl(simulatorUrl);
    await x.freeze();
    const opened = await openWith(loadClientConfig(stack.environment), { actor: 'test', workerTimeout: WAIT_MS });
    disposals.add(() => opened.importer.close());
    return { ...opened, ...x, stack, simulatorUrl, [Symbol.asyncDispose]: () => disposals.dispose() };
  });
};
