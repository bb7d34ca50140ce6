import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { appliedMigrations } from '../migrate.js';
import type { Db } from '../pool.js';
import { backedUpTables, partitionMonths, sequenceStates } from './contents.js';
import { type BackupEnd, type BackupHeader, dataFrame, FORMAT, FORMAT_VERSION, jsonFrame } from './frames.js';

const KEYS =
  'The tokens in this file are sealed. Keep the key that seals them (importer.key, IMPORTER_KEY) in another place: without it they cannot be opened, and whoever has both can use them.';

/** Quick: the numbers compress well at any level. */
const LEVEL = 3;
const FOREVER = 2 ** 31 - 1;

/** No limit on how long a table takes. */
export const withoutTimeouts = async (tx: PoolClient): Promise<void> => {
  await tx.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
};
/** The same of the client, which has a limit of its own. */
export const unhurried = <T extends object>(stream: T): T => Object.assign(stream, { query_timeout: FOREVER });

const headerOf = async (tx: PoolClient): Promise<BackupHeader> => {
  const { rows } = await tx.query<{ createdAt: string; postgres: string; sealedWith: string[] }>(
    `select now() as "createdAt", current_setting('server_version') as postgres,
       array(select key_id from importer.credentials union select key_id from importer.oauth_requests
         where sealed_secret is not null order by 1) as "sealedWith"`,
  );
  const { createdAt = '', postgres = '', sealedWith = [] } = rows[0] ?? {};
  const tables = (await backedUpTables(tx)).map(({ name, columns }) => ({ name, columns: [...columns] }));
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    keys: KEYS,
    sealedWith,
    createdAt,
    postgres,
    migrations: [...(await appliedMigrations(tx))],
    months: await partitionMonths(tx),
    tables,
    sequences: await sequenceStates(tx),
  };
};

async function* framesOfDatabase(tx: PoolClient, header: BackupHeader): AsyncGenerator<Buffer, void> {
  yield jsonFrame(header);
  let rows = 0;
  for (const { name, columns } of header.tables) {
    const hash = createHash('sha256');
    const stream = tx.query(unhurried(copyTo(`copy (select ${columns.join(', ')} from ${name}) to stdout`)));
    try {
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield dataFrame(chunk);
      }
    } finally {
      // Whoever writes has failed: what Postgres still sends is read, because the connection is stuck otherwise.
      stream.resume();
    }
    rows += stream.rowCount;
    yield jsonFrame({ table: name, rows: stream.rowCount, sha256: hash.digest('hex') });
  }
  yield jsonFrame({ tables: header.tables.length, rows });
}

/** Writes a backup of the database as it is at one moment; imports go on meanwhile. */
export const writeBackup = (db: Db, out: Writable): Promise<BackupEnd & Pick<BackupHeader, 'sealedWith'>> =>
  db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    await withoutTimeouts(tx);
    const header = await headerOf(tx);
    let last: Buffer | undefined;
    const frames = async function* (): AsyncGenerator<Buffer, void> {
      for await (const frame of framesOfDatabase(tx, header)) {
        last = frame;
        yield frame;
      }
    };
    await pipeline(Readable.from(frames(), { objectMode: false }), createGzip({ level: LEVEL }), out);
    const end = JSON.parse(last?.subarray(5).toString('utf8') ?? '') as BackupEnd;
    return { ...end, sealedWith: header.sealedWith };
  });
