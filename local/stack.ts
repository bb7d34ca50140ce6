import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import type { Environment } from '../config.js';
import { migrate } from '../store/migrate.js';
import { consoleCallback, loopbackCallback } from '../domain/addresses.js';
import { createCodec } from '../temporal/codec.js';
import { startCodecServer } from '../temporal/codec-server.js';
import { prepareNamespace } from '../temporal/namespace.js';
import { allOrNone } from './all-or-none.js';
import { prepareEnvironment, type Prepared, writeRunningEnvironment } from './environment.js';
import { prepareConsole } from './console-build.js';
import { Disposals } from './disposals.js';
import { refuseLostKey, removeUnlessKept } from './lost-key.js';
import { tryLock } from './lock.mjs';
import { freePort } from '../process/free-port.js';
import { type Postgres, startPostgres } from './postgres.js';
import { type OwnProcess, startProcess } from './processes.js';
import { startServer, startWorkers } from './programs.js';
import type { Progress } from './progress.js';
import { type Ports, recallPorts, rememberPorts } from './remembered-ports.js';
import { simulatorArguments } from './simulator-arguments.js';
import { type Supervised, supervise } from './supervise.js';
import { temporalBinary } from './temporal-binary.js';
import { startTemporalServer, type TemporalServer } from './temporal-server.js';

/*
 * Everything that the importer needs on one machine: Postgres, Temporal, a simulated X unless an X app is configured,
 * workers, and the server. Each is a process of its own; one that dies is started again on the same port and data.
 */

export interface StackOptions {
  /** The folder of data, logs and keys. A stack that is started again over it continues where it was. */
  readonly dataDir: string;
  /** (Default: this process's.) */
  readonly environment?: Environment;
  /** Whether Temporal's UI is served. (Default: true.) */
  readonly ui?: boolean;
  /** (Default: 1.) */
  readonly workers?: number;
  /** Whether the console and the HTTP API are served. (Default: false.) */
  readonly server?: boolean;
  /** Over the simulator's own defaults, e.g. `['--seed', '3']`. */
  readonly simulator?: readonly string[];
  /** Of the Temporal server, e.g. `{ 'limit.historyCount.suggestContinueAsNew': 50 }`. */
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
  /** The ports to use when they are free. A stack that was started before keeps its own ports. (Default: free ports) */
  readonly ports?: Ports;
  readonly progress?: Progress;
  /** Gives up the start: what has been started is ended. Without effect once the stack is up. */
  readonly signal?: AbortSignal | undefined;
  /** How long a part that died stays away before it is started again. (Default: 250.) */
  readonly firstPauseMillis?: number;
  /** Called when a part died and is started again. */
  readonly onTrouble?: (message: string) => void;
}

export interface Stack {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly uiUrl: string | undefined;
  /** Where a browser finds the console; undefined where it is not served. */
  readonly consoleUrl: string | undefined;
  readonly simulatorUrl: string | undefined;
  /** The environment for processes that belong to the stack: that of the options with all addresses above. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  readonly migrations: readonly string[];
  /** The parts that run here; parts that the person runs are `undefined`. Tests kill them by `current().pid`. */
  readonly parts: StackParts;
  stop(): Promise<void>;
}

export interface StackParts {
  readonly postgres: Supervised<Postgres> | undefined;
  readonly temporal: Supervised<TemporalServer> | undefined;
  readonly simulator: Supervised<OwnProcess> | undefined;
  readonly workers: readonly Supervised<OwnProcess>[];
  readonly server: Supervised<OwnProcess> | undefined;
}

export const startStack = async (options: StackOptions): Promise<Stack> => {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  // As root, Postgres runs as another user, who must be able to pass through. Secret files in here have modes of their own.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const held = tryLock(join(dataDir, 'stack.lock'));
  if ('heldBy' in held) {
    throw new Error(
      `The stack in ${dataDir} is running already (process ${held.heldBy}). Stop it, or set DATA_DIR to another folder.`,
    );
  }
  const disposals = new Disposals();
  disposals.add(() => held.release());
  const parts = await disposals.guard(() => startParts(options, dataDir, disposals));
  return { ...parts, stop: () => disposals.dispose() };
};

const startParts = async (
  options: StackOptions,
  dataDir: string,
  disposals: Disposals,
): Promise<Omit<Stack, 'stop'>> => {
  const prepared = prepareEnvironment(options.environment ?? process.env, dataDir);
  const keepKey = removeUnlessKept(prepared.newKey, disposals);
  const portsFile = join(dataDir, 'ports.json');
  const ports = { ...options.ports, ...recallPorts(portsFile) };
  const logFolder = join(dataDir, 'logs');
  const { signal } = options;
  // Parts that a given-up start has ended are not in trouble.
  const onTrouble = (message: string): void => {
    if (signal?.aborted !== true) options.onTrouble?.(message);
  };
  const { firstPauseMillis } = options;

  const serverPort = options.server === true ? await freePort(ports.server ?? prepared.config.port) : undefined;
  const publicUrl =
    serverPort === undefined ? undefined : (prepared.config.publicUrl ?? `http://127.0.0.1:${serverPort}`);

  // At the same time, since each takes a second or two and none needs another.
  const [postgres, temporal, simulator] = await allOrNone([
    async () => {
      if (prepared.given.databaseUrl !== undefined) return undefined;
      const started = await supervise<Postgres>({
        name: 'Postgres',
        start: async (previous) =>
          await startPostgres({ dataDir: join(dataDir, 'postgres'), signal, ...portOf(previous, ports.postgres) }),
        onTrouble,
        firstPauseMillis,
      });
      disposals.add(() => started.stop());
      return started;
    },
    async () => await startTemporal({ ...options, onTrouble }, prepared, dataDir, ports, disposals),
    async () => {
      if (prepared.given.x) return undefined;
      const callbacks = [
        loopbackCallback(prepared.config.callbackPort),
        ...(publicUrl === undefined ? [] : [consoleCallback(publicUrl)]),
      ];
      const args = simulatorArguments(dataDir, callbacks, options.simulator ?? []);
      const port = await freePort(ports.simulator);
      const started = await supervise({
        name: 'the simulator',
        start: async () =>
          await startProcess({
            name: 'simulator',
            entry: 'simulator/main.ts',
            args: ['--port', `${port}`, ...args],
            env: { ...process.env },
            logFolder,
            signal,
            readyWith: 'listening',
          }),
        onTrouble,
        firstPauseMillis,
      });
      disposals.add(() => started.stop());
      return started;
    },
    async () => {
      if (publicUrl !== undefined) await prepareConsole({ logFolder, signal });
    },
  ] as const);

  const said = simulator?.current().said;
  const simulatorUrl = said === undefined ? undefined : String(said['listening']);
  const databaseUrl = postgres?.current().url ?? prepared.config.databaseUrl;
  const temporalAddress = temporal?.current().address ?? String(prepared.config.temporal.connectionOptions.address);
  const environment: NodeJS.ProcessEnv = {
    ...prepared.environment,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    ...(temporal?.current().uiUrl !== undefined && { TEMPORAL_UI_URL: temporal.current().uiUrl }),
    // The person's own Temporal profile belongs to another server.
    ...(temporal !== undefined && {
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_CONFIG_FILE: join(dataDir, 'no-profile.toml'),
    }),
    ...(publicUrl !== undefined && { PORT: String(serverPort), PUBLIC_URL: publicUrl }),
    ...(simulatorUrl !== undefined && {
      X_ADS_API_URL: simulatorUrl,
      X_API_URL: simulatorUrl,
      X_CONSUMER_KEY: String(said?.['consumer_key']),
      X_CONSUMER_SECRET: String(said?.['consumer_secret']),
    }),
  };
  rememberPorts(portsFile, {
    ...ports,
    ...definedPorts({
      postgres: postgres?.current().port,
      temporal: temporal?.current().port,
      ui: temporal?.current().uiPort,
      server: serverPort,
      simulator: simulatorUrl === undefined ? undefined : Number(new URL(simulatorUrl).port),
    }),
  });
  const migrations = await migrate(databaseUrl);
  if (prepared.newKey !== undefined) await refuseLostKey(databaseUrl, prepared.newKey);
  keepKey();
  const programs = { environment, logFolder, onTrouble, firstPauseMillis, signal };
  const [workers, server] = await allOrNone([
    async () => await startWorkers(options.workers ?? 1, programs, disposals),
    async () => (publicUrl === undefined ? undefined : await startServer(programs, disposals)),
  ] as const);
  disposals.add(writeRunningEnvironment(dataDir, environment));
  const parts = { postgres, temporal, simulator, workers, server };
  return {
    databaseUrl,
    temporalAddress,
    uiUrl: temporal?.current().uiUrl,
    consoleUrl: publicUrl,
    simulatorUrl,
    environment,
    logFolder,
    migrations,
    parts,
  };
};

const startTemporal = async (
  options: StackOptions,
  { given, config }: Prepared,
  dataDir: string,
  ports: Ports,
  disposals: Disposals,
): Promise<Supervised<TemporalServer> | undefined> => {
  if (given.temporalAddress !== undefined) {
    const { connectionOptions, namespace } = config.temporal;
    const connection = await Connection.connect(connectionOptions);
    // On Temporal Cloud namespaces and search attributes are made with its own tools.
    if (connectionOptions.apiKey === undefined) await prepareNamespace(connection, namespace);
    await connection.close();
    return undefined;
  }
  const binary = await orAborted(
    temporalBinary(options.progress, options.environment, undefined, options.signal),
    options.signal,
  );
  const uiPort = options.ui === false ? false : await freePort(ports.ui);
  let codecEndpoint: string | undefined;
  if (config.payloadKeys.length > 0 && uiPort !== false) {
    const codec = createCodec(config.payloadKeys);
    const codecServer = await startCodecServer({
      codec,
      uiOrigin: `http://127.0.0.1:${uiPort}`,
      port: await freePort(ports.codec),
    });
    disposals.add(() => codecServer.close());
    codecEndpoint = codecServer.url;
  }
  const started = await supervise<TemporalServer>({
    name: 'Temporal',
    start: async (previous) =>
      await startTemporalServer({
        dbFile: join(dataDir, 'temporal.db'),
        logFile: join(dataDir, 'logs', 'temporal.log'),
        uiPort,
        binary,
        signal: options.signal,
        ...portOf(previous, ports.temporal),
        ...(codecEndpoint !== undefined && { codecEndpoint }),
        ...(options.dynamicConfig !== undefined && { dynamicConfig: options.dynamicConfig }),
      }),
    onTrouble: options.onTrouble,
    firstPauseMillis: options.firstPauseMillis,
  });
  disposals.add(() => started.stop());
  return started;
};

/** A wait that a given-up start does not wait for. */
const orAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  return await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    }),
  ]);
};

/** A restarted server must keep its port, since others use it. At the first start a remembered port is only preferred. */
const portOf = (previous: { readonly port: number } | undefined, remembered: number | undefined) => {
  if (previous !== undefined) return { port: previous.port, portMayChange: false };
  return remembered === undefined ? {} : { port: remembered };
};

const definedPorts = (ports: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(ports).flatMap(([name, port]) => (port === undefined ? [] : [[name, port]])));
