import { randomBytes } from 'node:crypto';
import type { Db } from './pool.js';

export interface MadeSqlRole {
  readonly name: string;
  /** Only where it was made now: Postgres does not tell it again. */
  readonly password: string | null;
}

/** What a dashboard may take; the importer's own statements have the same bound. */
const STATEMENT_TIMEOUT = '60s';

/**
 * Makes a role that signs in and reads the views, and nothing else; one that exists keeps its password and gets the views
 * that are new.
 */
export const makeSqlRole = (db: Db, name: string): Promise<MadeSqlRole> =>
  db.transaction(async (tx) => {
    const { rows } = await tx.query<{ there: boolean; quoted: string }>(
      'select exists (select from pg_roles where rolname = $1) as there, quote_ident($1) as quoted',
      [name],
    );
    const [{ there, quoted } = { there: false, quoted: '' }] = rows;
    const password = there ? null : randomBytes(24).toString('base64url');
    if (password !== null) {
      await tx.query(`create role ${quoted} login password '${password}' connection limit 20`);
      await tx.query(`alter role ${quoted} set statement_timeout = '${STATEMENT_TIMEOUT}'`);
      await tx.query(`alter role ${quoted} set default_transaction_read_only = on`);
    }
    await tx.query('select importer.let_read_views($1::regrole)', [quoted]);
    return { name, password };
  });
