import type { PoolClient } from 'pg';
import type { Day, DayRange } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { monthOf, rolledUpDays } from '../../domain/roll-up.js';
import { LOCKS, tryLockUntilCommit } from '../locks.js';
import { type Db, type Queryable, sqlState } from '../pool.js';

/** Inside the transaction that changes facts of these days. */
export const noteChangedFacts = async (tx: Queryable, accountId: AccountId, { from, to }: DayRange): Promise<void> => {
  await tx.query(
    `insert into importer.not_rolled_up (account_id, month)
     select $1, month::date from generate_series($2::date::timestamp, $3::date::timestamp, '1 month') as month`,
    [accountId, monthOf(from), to],
  );
};

/** Of some accounts, the months that are not rolled up for all of them. */
export const notRolledUp = async (
  tx: Queryable,
  accounts: readonly AccountId[],
  { from, to }: DayRange,
): Promise<ReadonlySet<Day>> => {
  const { rows } = await tx.query<{ month: Day }>(
    `select distinct month from importer.not_rolled_up where account_id = any($1) and month between $2 and $3`,
    [accounts, monthOf(from), to],
  );
  return new Set(rows.map(({ month }) => month));
};

export interface AccountMonth {
  readonly accountId: AccountId;
  /** Its first day. */
  readonly month: Day;
}

/** An account whose import goes on for longer is rolled up meanwhile. */
const ROLL_UP_ANYWAY_AFTER = `interval '10 minutes'`;

/** The months to roll up, longest waiting first: while an account is being imported, its months would change again at once. */
export const monthsToRollUp = async (db: Queryable): Promise<readonly AccountMonth[]> => {
  const { rows } = await db.query<AccountMonth & Record<string, unknown>>(
    `select n.account_id as "accountId", n.month from importer.not_rolled_up n
     where n.noted_at < now() - ${ROLL_UP_ANYWAY_AFTER} or not exists (
       select from importer.import_runs r where r.account_id = n.account_id and r.state = 'running')
     group by 1, 2 order by min(n.noted_at), 1, 2 limit 100`,
  );
  return rows;
};

/** SQLSTATE: another has rolled the month up, or is deleting the account. */
const SERIALIZATION_FAILURE = '40001';

/**
 * Adds up the facts of a month anew. What lands meanwhile is not waited for: its note stays, and with it the month is not
 * rolled up. False where another does it.
 */
export const rollUp = async (db: Db, { accountId, month }: AccountMonth): Promise<boolean> => {
  try {
    return await db.transaction((tx) => rollUpIn(tx, { accountId, month }));
  } catch (error) {
    if (sqlState(error) === SERIALIZATION_FAILURE) return false;
    throw error;
  }
};

const rollUpIn = async (tx: PoolClient, { accountId, month }: AccountMonth): Promise<boolean> => {
  // Notes and facts must be of one moment.
  await tx.query('set transaction isolation level repeatable read');
  if (!(await tryLockUntilCommit(tx, LOCKS.rollUp(accountId, month)))) return false;
  // Whoever deletes the account waits for this, and deletes it.
  const { rowCount: kept } = await tx.query(
    'select from importer.accounts where id = $1 and deletion_began_at is null for key share',
    [accountId],
  );
  if (kept === 0) return false;
  await tx.query('delete from importer.not_rolled_up where account_id = $1 and month = $2', [accountId, month]);
  const days = rolledUpDays(month);
  await tx.query('delete from importer.rolled_up where account_id = $1 and through between $2 and $3', [
    accountId,
    month,
    days.at(-1),
  ]);
  await tx.query(
    // In the order in which they are read.
    `insert into importer.rolled_up select * from importer.roll_up_of($1, $2) order by level, through, entity_id`,
    [accountId, days],
  );
  return true;
};

/** Compares the sums of a month with its facts: how many differ. Where it is not rolled up, none are compared. */
export const countRollUpDifferences = async (db: Queryable, { accountId, month }: AccountMonth): Promise<number> => {
  const days = rolledUpDays(month);
  const { rows } = await db.query<{ differences: number }>(
    `with stored as materialized (
       select * from importer.rolled_up where account_id = $1 and through between $2 and $3
     ),
     due as materialized (select * from importer.roll_up_of($1, $4))
     select count(*) as differences from (
       (select * from stored except all select * from due) union all (select * from due except all select * from stored)
     ) as differing
     where not exists (select from importer.not_rolled_up where account_id = $1 and month = $2)`,
    [accountId, month, days.at(-1), days],
  );
  return rows[0]?.differences ?? 0;
};

/** All months that are rolled up, or may have facts that are not, in a random order. */
export const monthsToCompare = async (db: Queryable): Promise<readonly AccountMonth[]> => {
  const { rows } = await db.query<AccountMonth & Record<string, unknown>>(
    `select a.id as "accountId", m.month
     from importer.accounts a cross join (
       select date_trunc('month', through)::date as month from importer.rolled_up
       union
       select to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') from pg_inherits where inhparent = 'importer.facts'::regclass
     ) as m order by random()`,
  );
  return rows;
};
