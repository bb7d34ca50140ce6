import { type Db, sqlState } from '../../store/pool.js';
import { EXIT } from '../exit-codes.js';
import { type DoctorCheck, failed, ok, runCheck, step } from './check.js';

/** SQLSTATE: what keeps Postgres from writing, and what to do about it. */
const TROUBLES: Readonly<Record<string, readonly [detail: string, cure: string]>> = {
  '25006': [
    'takes no writes: it is read-only',
    'Connect to the primary server, or set default_transaction_read_only to off; imports continue by themselves.',
  ],
  '53100': ['takes no writes: its disk is full', 'Make room on the disk of Postgres; imports continue by themselves.'],
};

class RolledBack extends Error {}

/** Enough that Postgres needs new pages on its disk. Nothing of it stays. */
const write = (db: Db): Promise<void> =>
  db
    .transaction<void>(async (tx) => {
      await tx.query(
        `insert into importer.rate_limit_waiters (scope, family, run_id, class, reason, until)
         select 'doctor', 'doctor', n::text, 'person', repeat(md5(n::text), 30), now() from generate_series(1, 300) n`,
      );
      throw new RolledBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });

/** Postgres can be reached; can it also store what is imported? */
export const checkWrites = (db: Db): Promise<readonly DoctorCheck[]> =>
  runCheck('Postgres', async () => {
    try {
      await write(db);
      return ok('Postgres', 'reached, schema up to date, takes writes');
    } catch (error) {
      const trouble = TROUBLES[sqlState(error) ?? ''];
      if (trouble === undefined) throw error;
      return failed('Postgres', trouble[0], EXIT.unreachable, step('check_configuration', trouble[1]));
    }
  });
