import { userInfo } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { consoleAddress, loopbackCallback } from '../domain/addresses.js';
import { createPool, isConnectionError, sqlState, type Db } from '../store/pool.js';
import { assertSchema, SchemaMismatch } from '../store/migrate.js';
import { createSealer } from '../store/secrets.js';
import type { TemporalSettings } from '../temporal/connect.js';
import { createDataConverter } from '../temporal/converter.js';
import { countOpenCalls } from '../temporal/open-calls.js';
import type { ImporterOptions } from './context.js';
import { InvalidConfiguration, Unreachable } from './errors.js';
import { createImporter, type Importer } from './importer.js';

/** What the façade needs of the configuration; `loadClientConfig` of `config.ts` reads it. */
export interface ImporterConfig {
  readonly databaseUrl: string;
  readonly temporal: TemporalSettings;
  readonly importerKeys: readonly Buffer[];
  readonly payloadKeys: readonly Buffer[];
  readonly xApiUrl: string;
  readonly callbackPort: number;
  /** Where people reach the console. (Default: this machine, at `port`) */
  readonly publicUrl?: string | undefined;
  /** (Default: 8080) */
  readonly port?: number | undefined;
}

/** An importer and what it works with, for callers that need more than the façade. */
export interface Opened {
  readonly importer: Importer;
  readonly db: Db;
  readonly connection: Connection;
  readonly temporal: Client;
}

export type OpenOptions = Pick<ImporterOptions, 'actor' | 'workspaceId' | 'taskQueue' | 'workerTimeout' | 'now'> & {
  /** Sessions of Postgres at most. (Default: 4) */
  readonly sessions?: number | undefined;
};

/** The address of Postgres without its password. */
const whereIs = (databaseUrl: string): string => {
  try {
    const { hostname, port, pathname } = new URL(databaseUrl);
    return `${hostname === '' ? 'the local socket' : hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
};

/** Errors of reaching Postgres as errors of the façade; all others pass through. */
export const translateDatabaseError = (error: unknown, databaseUrl: string): unknown => {
  if (error instanceof SchemaMismatch) {
    const nextStep = { action: 'migrate', text: 'Migrate the database in DATABASE_URL.' } as const;
    return new InvalidConfiguration(error.message, { cause: error, ...(error.migrate ? { nextStep } : {}) });
  }
  if (isConnectionError(error)) {
    return new Unreachable(`Postgres at ${whereIs(databaseUrl)} cannot be reached.`, {
      nextStep: { action: 'check_configuration', text: 'See that the server in DATABASE_URL runs, then try again.' },
      cause: error,
    });
  }
  // Wrong password or user, and a database that does not exist.
  if (['28000', '28P01', '3D000'].includes(sqlState(error) ?? '') && error instanceof Error) {
    return new InvalidConfiguration(`Postgres at ${whereIs(databaseUrl)} refuses: ${error.message}.`, {
      nextStep: {
        action: 'check_configuration',
        text: 'Correct the user, password or database in DATABASE_URL.',
      },
      cause: error,
    });
  }
  return error;
};

/** How long `close` waits for answers of Temporal that nobody waits for any more. */
const CLOSE_MS = 15_000;

const osUser = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user that has no name.
    return 'xads';
  }
};

/**
 * Opens everything that the façade needs. Temporal is connected to when it is first needed, so that status and coverage
 * answer while it is away.
 * @throws `Unreachable` or `InvalidConfiguration` where Postgres cannot be used, or its schema is not this version's.
 */
export const openWith = async (config: ImporterConfig, options: OpenOptions = {}): Promise<Opened> => {
  const db = createPool(config.databaseUrl, {
    max: options.sessions ?? 4,
    applicationName: 'x-ads-importer client',
  });
  try {
    await assertSchema(db);
  } catch (error) {
    await db.end();
    throw translateDatabaseError(error, config.databaseUrl);
  }
  const calls = countOpenCalls();
  const connection = Connection.lazy({
    ...config.temporal.connectionOptions,
    connectTimeout: '3 seconds',
    interceptors: calls.interceptors,
  });
  const temporal = new Client({
    connection,
    namespace: config.temporal.namespace,
    dataConverter: createDataConverter(config.payloadKeys),
  });
  const importer = createImporter({
    db,
    sealer: createSealer(config.importerKeys),
    temporal,
    xApiUrl: config.xApiUrl,
    callbackUrl: loopbackCallback(config.callbackPort),
    publicUrl: config.publicUrl ?? consoleAddress(config.port),
    actor: osUser(),
    ...options,
    onClose: async () => {
      await calls.ended(CLOSE_MS);
      await connection.close();
      await db.end();
    },
  });
  return { importer, db, connection, temporal };
};
