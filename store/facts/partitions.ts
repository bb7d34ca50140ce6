import { setTimeout as delay } from 'node:timers/promises';
import { addDays } from '../../domain/calendar.js';
import type { Day } from '../../domain/calendar.js';
import { lockUntilCommit, LOCKS } from '../locks.js';
import { sqlState } from '../pool.js';
import type { Db } from '../pool.js';

/** From the last day of a range to a month that the imports of the next weeks need: it is there before they begin. */
const DAYS_AHEAD = 35;

/** A partition that cannot be attached at once is tried again, so that nothing queues behind a statement that waits. */
const LOCK_TIMEOUT = '1s';
const ATTEMPTS = 10;
const PAUSE_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';

const missingMonths = async (db: Db, from: Day, to: Day): Promise<readonly Day[]> => {
  const { rows } = await db.query<{ month: Day }>(
    `select month::date as month
     from generate_series(date_trunc('month', $1::date::timestamp), $2::date::timestamp, interval '1 month') as month
     where exists (
       select from unnest('{facts,mobile_facts}'::text[]) as parent
       where to_regclass('importer.' || parent || to_char(month, '_YYYY_MM')) is null)
     order by month desc`,
    [from, to],
  );
  return rows.map(({ month }) => month);
};

const makeMonth = async (db: Db, month: Day): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.transaction(async (tx) => {
        // One at a time: of ten accounts that begin together nine would fail to make the same partition.
        await lockUntilCommit(tx, LOCKS.partitions);
        await tx.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
        await tx.query('select importer.ensure_partitions($1, $1)', [month]);
      });
      return;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS);
    }
  }
};

/**
 * Makes the monthly partitions of a range, and of the weeks after it, each in a transaction of its own; quick when they
 * exist. Needed before slices of the range are planned. Neither reading nor landing waits for it.
 */
export const ensurePartitions = async (db: Db, from: Day, to: Day): Promise<void> => {
  for (const month of await missingMonths(db, from, addDays(to, DAYS_AHEAD))) await makeMonth(db, month);
};
