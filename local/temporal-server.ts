import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { missingSearchAttributes, prepareNamespace } from '../temporal/namespace.js';
import { searchAttributes } from '../temporal/search-attributes.js';
import { type Child, startChild } from './child.js';
import { endOrphan } from './orphans.js';
import { freePort } from '../process/free-port.js';
import type { Progress } from './progress.js';
import { temporalBinary } from './temporal-binary.js';

export interface TemporalServerOptions {
  /** The database file. A killed server loses nothing that is in it. */
  readonly dbFile: string;
  readonly logFile?: string;
  /** Used when free; otherwise another is taken. */
  readonly port?: number;
  readonly portMayChange?: boolean;
  /** The Temporal UI's port, or `false` for none. (Default: a free one.) */
  readonly uiPort?: number | false;
  /** The codec server that decrypts payloads for the UI. */
  readonly codecEndpoint?: string;
  /** Replaces the server's defaults, e.g. `{ 'limit.historyCount.suggestContinueAsNew': 50 }`. */
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
  /** (Default: found or built, see `temporalBinary`.) */
  readonly binary?: string;
  readonly progress?: Progress;
  /** Ends the server. */
  readonly signal?: AbortSignal | undefined;
}

export interface TemporalServer {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  readonly uiUrl: string | undefined;
  readonly uiPort: number | undefined;
  readonly pid: number;
  readonly ended: Child['ended'];
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const namespace = 'default';
const host = '127.0.0.1';
const startMillis = 60_000;
const attempts = 5;

/**
 * Starts Temporal's development server on a database file. A server that is started again over the file continues where it was.
 * @throws with the end of the log when it does not start
 */
export const startTemporalServer = async (options: TemporalServerOptions): Promise<TemporalServer> => {
  const binary = options.binary ?? (await temporalBinary(options.progress));
  const { dbFile, logFile = `${dbFile}.log` } = options;
  const pidFile = `${dbFile}.pid`;
  mkdirSync(dirname(dbFile), { recursive: true });
  await endOrphan(pidFile, dbFile, 'SIGTERM');
  for (const file of [dbFile, `${dbFile}-wal`, `${dbFile}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  for (let attempt = 1; ; attempt += 1) {
    const port =
      options.portMayChange === false && options.port !== undefined ? options.port : await freePort(options.port);
    const uiPort = options.uiPort === false ? undefined : await freePort(options.uiPort);
    const child = await startChild({
      command: binary,
      args: argumentsFor(options, port, uiPort),
      logFile,
      // It holds the names of workflows and, without PAYLOAD_KEY, what they say.
      privateFiles: true,
      env: environmentOf(process.env),
      signal: options.signal,
    });
    writeFileSync(pidFile, `${child.pid}\n`);
    const address = `${host}:${port}`;
    if (await isReady(child, address)) {
      return {
        address,
        port,
        uiPort,
        uiUrl: uiPort === undefined ? undefined : `http://${host}:${uiPort}`,
        pid: child.pid,
        ended: child.ended,
        stop: async () => await child.stop(),
        kill: async () => await child.kill(),
      };
    }
    await child.kill();
    options.signal?.throwIfAborted();
    if (attempt === attempts) throw new Error(`Temporal did not start. The end of ${logFile}:\n${tail(logFile)}`);
    await sleep(250);
  }
};

const argumentsFor = (options: TemporalServerOptions, port: number, uiPort: number | undefined): readonly string[] => [
  'server',
  'start-dev',
  '--db-filename',
  options.dbFile,
  '--ip',
  host,
  '--port',
  `${port}`,
  '--log-level',
  'warn',
  '--sqlite-pragma',
  'journal_mode=WAL',
  // With the write-ahead log a killed process loses nothing, and writes are many times faster than with `full`.
  '--sqlite-pragma',
  'synchronous=NORMAL',
  ...(uiPort === undefined ? ['--headless'] : ['--ui-ip', host, '--ui-port', `${uiPort}`, '--ui-disable-news-fetch']),
  ...(options.codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.codecEndpoint]),
  // These apply to a new database file only; `prepareNamespace` adds what an older one lacks.
  ...searchAttributes.flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
  ...Object.entries({ 'frontend.enableServerVersionCheck': false, ...options.dynamicConfig }).flatMap(
    ([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`],
  ),
];

/** Returns true once the server answers and has the search attributes, false when it has ended or does not answer. */
const isReady = async (child: Child, address: string): Promise<boolean> => {
  const giveUp = Date.now() + startMillis;
  while (!child.hasEnded() && Date.now() < giveUp) {
    const connection = Connection.lazy({ address, connectTimeout: 2_000 });
    try {
      await connection.withDeadline(Date.now() + 5_000, async () => {
        await connection.workflowService.getSystemInfo({});
        await prepareNamespace(connection, namespace);
        const missing = await missingSearchAttributes(connection, namespace);
        if (missing.length > 0) throw new Error(`not yet registered: ${missing.join(', ')}`);
      });
      return !child.hasEnded();
    } catch {
      await sleep(100);
    } finally {
      await connection.close();
    }
  }
  return false;
};

/** Without TEMPORAL_* variables, which are meant for clients and would redirect the server's own tools. */
const environmentOf = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')));

const tail = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '(no log)';
