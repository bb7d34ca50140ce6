import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import type { Queryable } from './pool.js';

/** Beside this file, in the source tree and in dist/ alike: the build copies the .sql files. */
const MIGRATIONS_DIR = fileURLToPath(new URL('migrations', import.meta.url));
const TABLE = 'migrations';
const OLDEST_SERVER = 14;
/** Ours: node-pg-migrate's own lock fails at once when another process migrates; we would rather wait for it. */
const LOCK = 7_305_117_261;

/** The database and this program do not fit together; the message says what to do. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

const knownMigrations = async (): Promise<readonly string[]> =>
  (await readdir(MIGRATIONS_DIR))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .toSorted();

const assertServer = async (db: Queryable): Promise<void> => {
  const { rows } = await db.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (server !== undefined && Math.floor(Number(server.number) / 10_000) < OLDEST_SERVER) {
    throw new SchemaMismatch(
      `Postgres ${server.version} is too old: point DATABASE_URL at Postgres ${OLDEST_SERVER} or newer.`,
    );
  }
};

const appliedMigrations = async (db: Queryable): Promise<readonly string[]> => {
  const { rows: tables } = await db.query<{ there: boolean }>(
    `select to_regclass('importer.${TABLE}') is not null as there`,
  );
  if (tables[0]?.there !== true) return [];
  const { rows } = await db.query<{ name: string }>(`select name from importer.${TABLE} order by name`);
  return rows.map(({ name }) => name);
};

const refuseNewer = (applied: readonly string[], known: readonly string[]): void => {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new SchemaMismatch(
      `The database has the migration ${unknown.join(', ')}, which this program does not know: it was migrated by a newer version. Start that version, or restore the backup from before the upgrade.`,
    );
  }
};

/** For every process at its start: refuses a database that is newer, or older, than the program. */
export const assertSchema = async (db: Queryable): Promise<void> => {
  await assertServer(db);
  const [applied, known] = await Promise.all([appliedMigrations(db), knownMigrations()]);
  refuseNewer(applied, known);
  const missing = known.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    throw new SchemaMismatch(
      `The database lacks the migration ${missing.join(', ')}: run \`npm run migrate\` with this DATABASE_URL, then start again.`,
    );
  }
};

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Brings the database up to this program's schema and answers with the names of what was applied. Two at once: the
 * second waits and then finds nothing to do. All or nothing: a failing migration leaves the schema as it was.
 */
export const migrate = async (databaseUrl: string): Promise<readonly string[]> => {
  const client = new Client({ connectionString: databaseUrl, application_name: 'x-ads-importer migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await assertServer(client);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    refuseNewer(await appliedMigrations(client), await knownMigrations());
    const applied = await runner({
      dbClient: client,
      dir: MIGRATIONS_DIR,
      // Files only: .sql, in the order of their numbers.
      ignorePattern: String.raw`(?!.*\.sql$).*`,
      direction: 'up',
      migrationsTable: TABLE,
      migrationsSchema: 'importer',
      createMigrationsSchema: true,
      noLock: true,
      singleTransaction: true,
      // It takes our numbers for malformed timestamps and says so for each file.
      logger: quiet,
    });
    return applied.map(({ name }) => name);
  } finally {
    // The advisory lock ends with the connection.
    await client.end();
  }
};
