import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, loadConfig, setVariables, variableNames, type WorkerConfig } from '../config.js';
import { keyFile } from './key-file.js';

/** What the person has configured, so that the stack does not start it. */
export interface Given {
  readonly databaseUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  /** False when the simulator stands in for X. */
  readonly x: boolean;
}

export interface Prepared {
  readonly given: Given;
  /** The environment of the stack's processes, as far as it is known before they run. */
  readonly environment: Environment;
  /** The key file where it was made just now: it opens nothing that was sealed before. */
  readonly newKey: string | undefined;
  /** The same environment, validated. Addresses of parts that do not run yet are placeholders. */
  readonly config: WorkerConfig;
}

/**
 * Adds what the embedded stack provides.
 * @throws ConfigError with every mistake in the rest, before anything is started
 */
export const prepareEnvironment = (environment: Environment, dataDir: string): Prepared => {
  const set = setVariables(environment);
  const x = ['X_CONSUMER_KEY', 'X_CONSUMER_SECRET', 'X_ADS_API_URL', 'X_API_URL'].some((name) => name in set);
  const file = join(dataDir, 'importer.key');
  const newKey = 'IMPORTER_KEY' in set || existsSync(file) ? undefined : file;
  const completed = {
    ...set,
    DATA_DIR: dataDir,
    IMPORTER_KEY: set['IMPORTER_KEY'] ?? `file:${keyFile(file)}`,
  };
  const config = loadConfig({
    ...completed,
    DATABASE_URL: set['DATABASE_URL'] ?? 'postgres://127.0.0.1/to-be-started',
    ...(!x && { X_CONSUMER_KEY: 'of the simulator', X_CONSUMER_SECRET: 'of the simulator' }),
  });
  const given = { databaseUrl: set['DATABASE_URL'], temporalAddress: set['TEMPORAL_ADDRESS'], x };
  return { given, environment: completed, newKey, config };
};

/** What commands in other terminals need to join a running stack. */
const shared = variableNames(['database', 'temporal', 'secretKeys', 'x', 'app', 'http']);
const all = new Set(variableNames());

/** The environment without the settings of any installation. */
export const withoutOurs = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !all.has(name)));

/**
 * Writes the file through which commands in other terminals join the running stack. It holds passwords, so only its owner
 * may read it. Returns what removes it.
 */
export const writeRunningEnvironment = (dataDir: string, environment: Environment): (() => void) => {
  const file = join(dataDir, 'running.env');
  const set = setVariables(environment);
  const lines = shared.flatMap((name) => (name in set ? [`${name}='${set[name]}'\n`] : []));
  if (existsSync(file)) rmSync(file);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return () => rmSync(file, { force: true });
};

/** The environment of a throw-away installation: settings of this process belong to another installation. */
export const throwawayEnvironment = (): NodeJS.ProcessEnv => withoutOurs(process.env);
