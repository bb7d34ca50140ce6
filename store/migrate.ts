import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { lockNumber, LOCKS } from './locks.js';
import type { Queryable } from './pool.js';
import { dropViews, madeViews, viewDefinitions } from './views.js';

/** Beside this file, in the source tree and in dist/ alike: the build copies the .sql files. */
const MIGRATIONS_DIR = fileURLToPath(new URL('migrations', import.meta.url));
const OLDEST_SERVER = 14;

/** The database and this program do not fit together; the message says what to do. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
  /** Migrating with this program cures it. */
  readonly migrate: boolean;

  constructor(message: string, { migrate = false }: { readonly migrate?: boolean } = {}) {
    super(message);
    this.migrate = migrate;
  }
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

/** The names of the migrations that the database has, in order. */
export const appliedMigrations = async (db: Queryable): Promise<readonly string[]> => {
  const { rows: tables } = await db.query<{ there: boolean }>(
    `select to_regclass('importer.migrations') is not null as there`,
  );
  if (tables[0]?.there !== true) return [];
  const { rows } = await db.query<{ name: string }>('select name from importer.migrations order by name');
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

const assertViews = async (db: Queryable): Promise<void> => {
  const [{ hash }, made] = await Promise.all([viewDefinitions(), madeViews(db)]);
  if (made.hash === hash) return;
  throw new SchemaMismatch(
    made.earlier.includes(hash)
      ? 'The views of the database are newer than this program: start the newer version. To go back to the views of this one, migrate with this one.'
      : 'The views of the database are not those of this program: migrate, then start again.',
    { migrate: true },
  );
};

/**
 * For every process at its start.
 * @throws {SchemaMismatch} when the tables or views of the database are newer or older than the program's
 */
export const assertSchema = async (db: Queryable): Promise<void> => {
  await assertServer(db);
  const [applied, known] = await Promise.all([appliedMigrations(db), knownMigrations()]);
  refuseNewer(applied, known);
  const missing = known.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    const message = `The database lacks the migration ${missing.join(', ')}: migrate, then start again.`;
    throw new SchemaMismatch(message, { migrate: true });
  }
  await assertViews(db);
};

/** Not in a migration: they say which migrations and views there are. */
const BOOKKEEPING = `
  create schema if not exists importer;
  create table if not exists importer.migrations (
    id serial primary key,
    name varchar(255) not null,
    run_on timestamp not null
  );
  create table if not exists importer.view_definitions (
    hash text primary key,
    made_at timestamptz not null default clock_timestamp()
  )`;

const applyPending = async (tx: Queryable): Promise<readonly string[]> => {
  const [applied, known] = [await appliedMigrations(tx), await knownMigrations()];
  refuseNewer(applied, known);
  const pending = known.filter((name) => !applied.includes(name));
  const { hash } = await viewDefinitions();
  const stale = (await madeViews(tx)).hash !== hash;
  if (pending.length === 0 && !stale) return [];
  await tx.query(BOOKKEEPING);
  const makeViews = await dropViews(tx);
  for (const name of pending) {
    await tx.query(await readFile(`${MIGRATIONS_DIR}/${name}.sql`, 'utf8'));
    await tx.query('insert into importer.migrations (name, run_on) values ($1, now())', [name]);
  }
  await makeViews();
  return stale ? [...pending, 'views'] : pending;
};

/**
 * Brings the database up to this program's schema and returns the names of what was applied: migrations, then `views`
 * when they have changed. Of two at once the second waits and then finds nothing to do. All or nothing: what fails
 * leaves the schema as it was.
 * @throws {SchemaMismatch} when the database was migrated by a newer version
 */
export const migrate = async (databaseUrl: string): Promise<readonly string[]> => {
  const client = new Client({ connectionString: databaseUrl, application_name: 'x-ads-importer migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await assertServer(client);
    await client.query(`select pg_advisory_lock(${lockNumber('$1')})`, [LOCKS.migrate]);
    await client.query('begin');
    const applied = await applyPending(client);
    await client.query('commit');
    return applied;
  } finally {
    // The transaction and the advisory lock end with the connection.
    await client.end();
  }
};
