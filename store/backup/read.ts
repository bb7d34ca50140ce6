import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DEFAULT_WORKSPACE } from '../connection/connections.js';
import { lockUntilCommit, LOCKS } from '../locks.js';
import { appliedMigrations } from '../migrate.js';
import { type Db, isRefusedData, sqlState } from '../pool.js';
import { backedUpTables, type BackedUpTable } from './contents.js';
import { type BackupEnd, type BackupHeader, endIn, type Frame, framesOf, headerIn, tableEndIn } from './frames.js';
import { BackupRefused } from './refused.js';
import { unhurried, withoutTimeouts } from './write.js';

export type RestoredBackup = BackupEnd & Pick<BackupHeader, 'sealedWith' | 'createdAt'>;

const WORKSPACES = 'app.workspaces';
/** The migrations make one. */
const MADE_BY_PEOPLE = ` where id <> '${DEFAULT_WORKSPACE}'`;

const LOCK_NOT_AVAILABLE = '55P03';

const textOf = (all: readonly BackedUpTable[]): string =>
  all
    .map(({ name, columns }) => `${name} (${columns.join(', ')})`)
    .toSorted()
    .join('\n');

const refuseOtherSchema = async (tx: PoolClient, header: BackupHeader): Promise<void> => {
  const [migrations, tables] = [await appliedMigrations(tx), await backedUpTables(tx)];
  if (migrations.join() !== header.migrations.join())
    throw new BackupRefused('another_schema', `it has the migration ${header.migrations.at(-1) ?? 'none'}`);
  if (textOf(tables) !== textOf(header.tables)) throw new BackupRefused('another_schema');
};

/** Keeps everybody from writing until the commit, and refuses a table that has rows. */
const requireEmpty = async (tx: PoolClient, tables: readonly BackedUpTable[]): Promise<void> => {
  await tx.query(`set local lock_timeout = '5s'`);
  try {
    await tx.query(`lock table ${tables.map(({ name }) => name).join(', ')} in share row exclusive mode`);
  } catch (error) {
    throw sqlState(error) === LOCK_NOT_AVAILABLE ? new BackupRefused('in_use', undefined, error) : error;
  }
  await tx.query('set local lock_timeout = 0');
  for (const { name } of tables) {
    const { rowCount } = await tx.query(`select from ${name}${name === WORKSPACES ? MADE_BY_PEOPLE : ''} limit 1`);
    if (rowCount !== 0) throw new BackupRefused('not_empty', `${name} has rows`);
  }
  await tx.query(`delete from ${WORKSPACES}`);
};

const restoreTable = async (
  tx: PoolClient,
  { name, columns }: BackedUpTable,
  frames: AsyncGenerator<Frame, void>,
): Promise<number> => {
  const hash = createHash('sha256');
  let after: Frame | undefined;
  const data = async function* (): AsyncGenerator<Buffer, void> {
    for (;;) {
      const next = await frames.next();
      if (next.done === true) throw new BackupRefused('damaged');
      if (next.value.kind === 'json') {
        after = next.value;
        return;
      }
      hash.update(next.value.bytes);
      yield next.value.bytes;
    }
  };
  const sink = tx.query(unhurried(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`)));
  await pipeline(Readable.from(data(), { objectMode: false }), sink);
  const end = tableEndIn(after);
  if (end.table !== name || end.rows !== sink.rowCount || end.sha256 !== hash.digest('hex'))
    throw new BackupRefused('damaged', name);
  return end.rows;
};

/** zlib's errors have codes of their own. */
const isBrokenGzip = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

const restoreAll = async (tx: PoolClient, source: Readable): Promise<RestoredBackup> => {
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error)).pipe(unzipped);
  const frames = framesOf(unzipped);
  const first = await frames.next().catch((error: unknown) => {
    throw isBrokenGzip(error) || error instanceof BackupRefused
      ? new BackupRefused('no_backup', undefined, error)
      : error;
  });
  const header = headerIn(first.done === true ? undefined : first.value);
  await withoutTimeouts(tx);
  await lockUntilCommit(tx, LOCKS.partitions);
  await refuseOtherSchema(tx, header);
  await requireEmpty(tx, header.tables);
  // Before the ledger: a month that is made afterwards counts as one whose numbers were deleted.
  for (const month of header.months) await tx.query('select importer.ensure_partitions($1::date, $1::date)', [month]);
  let rows = 0;
  for (const table of header.tables) rows += await restoreTable(tx, table, frames);
  const last = await frames.next();
  const end = endIn(last.done === true ? undefined : last.value);
  if (end.rows !== rows || end.tables !== header.tables.length || (await frames.next()).done !== true)
    throw new BackupRefused('damaged');
  for (const { name, last: value, called } of header.sequences)
    await tx.query('select setval($1::regclass, $2::bigint, $3)', [name, value, called]);
  return { ...end, sealedWith: header.sealedWith, createdAt: header.createdAt };
};

/**
 * Restores a backup into an empty database of the same schema, in one transaction.
 * @throws {BackupRefused} with nothing changed
 */
export const readBackup = async (db: Db, source: Readable): Promise<RestoredBackup> => {
  try {
    return await db.transaction((tx) => restoreAll(tx, source));
  } catch (error) {
    if (isBrokenGzip(error) || isRefusedData(error)) throw new BackupRefused('damaged', undefined, error);
    throw error;
  } finally {
    source.destroy();
  }
};
