import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Child, startChild } from './child.js';
import { endOrphan } from './orphans.js';
import { freePort } from '../process/free-port.js';
import { type PostgresHome, postgresHome } from './postgres-home.js';

export interface PostgresOptions {
  /** The preferred folder of the data; `PostgresHome` says when another is taken. */
  readonly dataDir: string;
  /** Used when free; else another is taken. */
  readonly port?: number;
  /** Whether another port is taken when `port` is in use. (Default: true.) */
  readonly portMayChange?: boolean;
  /** Settings of postgresql.conf; they replace the stack's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Ends the server. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds during which a server that ends at once is started again. (Default: 20,000.) */
  readonly startMillis?: number;
}

export interface Postgres {
  /** Connects the superuser `importer` to the database `importer`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the data are. */
  readonly dataDir: string;
  /** The user that Postgres runs as, when this process is root's. */
  readonly runsAs: string | undefined;
  readonly ended: Child['ended'];
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Stops it and deletes the data. */
  destroy(): Promise<void>;
}

const user = 'importer';
const database = 'importer';
const answerMillis = 60_000;
/** After SIGKILL the old server's children keep the data locked until they notice, which takes a moment. */
const takeOverMillis = 20_000;

const ourSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_connections: '200',
  max_wal_size: '2GB',
  // The statements are short: compiling them costs more than it saves.
  jit: 'off',
} as const;

/**
 * Starts the embedded Postgres; makes its data first when there are none. Data of a stopped or killed server are taken over.
 * @throws with the end of Postgres' log when it does not start
 */
export const startPostgres = async (options: PostgresOptions): Promise<Postgres> => {
  const home = postgresHome(options.dataDir);
  const cluster = join(home.data, 'cluster');
  if (!existsSync(cluster)) makeCluster(home, cluster);
  await endOrphan(join(cluster, 'postmaster.pid'), cluster, 'SIGINT');
  const password = readFileSync(join(home.data, 'password'), 'utf8').trim();
  const logFile = join(home.data, 'postgres.log');

  const giveUp = Date.now() + (options.startMillis ?? takeOverMillis);
  for (;;) {
    const port =
      options.portMayChange === false && options.port !== undefined ? options.port : await freePort(options.port);
    const child = await run(home, cluster, logFile, port, options);
    const url = `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
    if (await answers(child, url)) {
      return {
        url,
        port,
        pid: child.pid,
        dataDir: home.data,
        runsAs: home.runAs?.name,
        ended: child.ended,
        stop: async () => await child.stop(),
        kill: async () => await child.kill(),
        destroy: async () => {
          await child.stop();
          rmSync(home.data, { recursive: true, force: true });
        },
      };
    }
    await child.kill();
    options.signal?.throwIfAborted();
    if (Date.now() > giveUp) throw new Error(`Postgres did not start. The end of ${logFile}:\n${tail(logFile)}`);
    await sleep(250);
  }
};

const makeCluster = (home: PostgresHome, cluster: string): void => {
  const passwordFile = join(home.data, 'password');
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (home.runAs !== undefined) chownSync(passwordFile, home.runAs.uid, home.runAs.gid);
  // Made under another name and renamed when complete, so that an interrupted attempt is not mistaken for a cluster.
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const { status, stderr, error } = spawnSync(
    join(home.programs, 'bin', 'initdb'),
    [
      `--pgdata=${unfinished}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The platform's collations differ and change; this one is part of Postgres.
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--lc-messages=C',
      '--lc-collate=C',
      '--lc-ctype=C',
    ],
    { ...asUser(home), cwd: '/', encoding: 'utf8', env: cleanEnvironment() },
  );
  if (status !== 0) throw new Error(`Postgres could not make its data in ${home.data}: ${error?.message ?? stderr}`);
  renameSync(unfinished, cluster);
};

const run = async (
  home: PostgresHome,
  cluster: string,
  logFile: string,
  port: number,
  { settings, signal }: PostgresOptions,
): Promise<Child> =>
  await startChild({
    command: join(home.programs, 'bin', 'postgres'),
    args: [
      '-D',
      cluster,
      ...Object.entries({ ...ourSettings, port: `${port}`, ...settings }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
    ...asUser(home),
    cwd: '/',
    env: cleanEnvironment(),
    logFile,
    signal,
    // "Fast": ends sessions and writes a checkpoint.
    stopSignal: 'SIGINT',
    stopMillis: 30_000,
  });

/** Returns true once the server accepts connections, false when it has ended or does not answer. Makes the database the first time. */
const answers = async (child: Child, url: string): Promise<boolean> => {
  const giveUp = Date.now() + answerMillis;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  while (!child.hasEnded() && Date.now() < giveUp) {
    const client = new Client({ connectionString: maintenance.href, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (found.rowCount === 0) await client.query(`create database ${database}`);
      // Another server that has taken the port meanwhile refuses this password; then our own server has ended.
      return !child.hasEnded();
    } catch {
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
};

const asUser = ({ runAs }: PostgresHome): { uid?: number; gid?: number } =>
  runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };

/** Without PG* variables, which would make Postgres' programs connect elsewhere. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_')));

const tail = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n') : '(no log)';
