#!/usr/bin/env node
/** `npm run migrate`: brings the database in DATABASE_URL up to this program's schema. Safe to repeat. */
import { ConfigError, configExitCode, explainConfigError, loadDatabaseConfig } from '../config.js';
import { ownCommand } from '../process/own-command.js';
import { migrate } from './migrate.js';
import { isConnectionError } from './pool.js';

ownCommand('migrate', "Brings the database in DATABASE_URL up to this program's schema. Safe to repeat.").parse();

const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return explainConfigError(error);
  const message = error instanceof Error ? error.message : String(error);
  return isConnectionError(error)
    ? `Postgres cannot be reached (${message}): check DATABASE_URL, and that the server runs.`
    : `The database could not be migrated, and is as it was before: ${message}`;
};

try {
  const { databaseUrl } = loadDatabaseConfig();
  const applied = await migrate(databaseUrl);
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write('The schema is up to date.\n');
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof ConfigError ? configExitCode : 1;
}
