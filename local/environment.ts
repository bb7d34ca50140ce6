import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, loadConfig, variableNames, type WorkerConfig } from '../config.js';
import { keyFile } from './key-file.js';

/** What the person has set themselves, and hence is not started here. */
export interface Given {
  readonly databaseUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  /** False: the simulator stands in for X. */
  readonly x: boolean;
}

export interface Prepared {
  readonly given: Given;
  /** The environment of our processes, as far as it is known before anything runs. */
  readonly environment: Environment;
  /** The same, checked. Addresses of what is not running yet are placeholders. */
  readonly config: WorkerConfig;
}

/** Fills in what the embedded stack provides, and fails with every mistake in the rest before anything is started. */
export const prepareEnvironment = (environment: Environment, dataDir: string): Prepared => {
  const isSet = (name: string): boolean => (environment[name] ?? '').trim() !== '';
  const valueOf = (name: string): string | undefined => (isSet(name) ? environment[name] : undefined);
  const x = ['X_CONSUMER_KEY', 'X_CONSUMER_SECRET', 'X_ADS_API_URL', 'X_API_URL'].some(isSet);
  const completed = {
    ...environment,
    DATA_DIR: dataDir,
    IMPORTER_KEY: valueOf('IMPORTER_KEY') ?? `file:${keyFile(join(dataDir, 'importer.key'))}`,
  };
  const config = loadConfig({
    ...completed,
    DATABASE_URL: valueOf('DATABASE_URL') ?? 'postgres://127.0.0.1/to-be-started',
    ...(!x && { X_CONSUMER_KEY: 'of the simulator', X_CONSUMER_SECRET: 'of the simulator' }),
  });
  const given = { databaseUrl: valueOf('DATABASE_URL'), temporalAddress: valueOf('TEMPORAL_ADDRESS'), x };
  return { given, environment: completed, config };
};

/** What commands in other terminals need to join a running stack. */
const shared = variableNames(['database', 'temporal', 'secretKeys', 'x', 'app']);
const all = new Set(variableNames());

/** The environment without the settings of any installation. */
export const withoutOurs = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !all.has(name)));

/** Lets commands in other terminals join the running stack; it holds addresses and passwords, so only its owner reads it. */
export const writeRunningEnvironment = (dataDir: string, environment: Environment): (() => void) => {
  const file = join(dataDir, 'running.env');
  const lines = shared.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [`${name}='${value}'\n`];
  });
  if (existsSync(file)) rmSync(file);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return () => rmSync(file, { force: true });
};

/** The environment of an installation that must end without a trace: what is set outside speaks of another one. */
export const throwawayEnvironment = (): NodeJS.ProcessEnv => withoutOurs(process.env);
