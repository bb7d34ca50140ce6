import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { endRun } from '../import/runs.js';
import { lockNumber, LOCKS } from '../locks.js';
import type { Db, Queryable } from '../pool.js';

/**
 * Tables of what is imported, in the order in which rows may go: what refers to others before what is referred to. The
 * ledger is first, so that the triggers on facts find no landed days to take out of it.
 */
const TABLES = [
  'ledger',
  'blind_check_findings',
  'blind_check_days',
  'blind_check_runs',
  'facts',
  'mobile_facts',
  'fact_versions',
  'mobile_fact_versions',
  'rolled_up',
  'not_rolled_up',
  'receipts',
  'jobs',
  'slices',
  'ask_records',
  'asks',
  'entity_versions',
  'entities',
  'entity_sightings',
  'tweets',
  'cards',
  'left_out',
  'import_runs',
  'account_days',
] as const;

/** Which rows of a table are the accounts'. */
const OF_ACCOUNTS: Partial<Record<(typeof TABLES)[number], string>> = {
  blind_check_days: 'run_id in (select run_id from importer.blind_check_runs where account_id = any($1))',
};
const ofAccounts = (table: (typeof TABLES)[number]): string => OF_ACCOUNTS[table] ?? 'account_id = any($1)';

/** Accounts whose data go together: a statement for each table then costs little beside its rows. */
const ACCOUNTS_AT_ONCE = 25;

/** Rows in one transaction: a second at most, so that nobody waits long for their locks; small accounts take one. */
const PORTION = 20_000;
/** Postgres asks of each run six tables whether something still refers to it: it counts as so many rows. */
const ROWS_OF_A_RUN = 10;
const weightOf = ({ table }: Part): number => (table === 'import_runs' ? ROWS_OF_A_RUN : 1);

interface Part {
  readonly table: (typeof TABLES)[number];
  /** The table itself, or one of its partitions: row numbers count within one of them. */
  readonly name: string;
}

const partsOf = async (db: Queryable): Promise<readonly Part[]> => {
  const { rows } = await db.query<Part & Record<string, unknown>>(
    `select t.name as table, coalesce(i.inhrelid, c.oid)::regclass::text as name
     from unnest($1::text[]) with ordinality as t (name, position)
     join pg_class c on c.oid = ('importer.' || t.name)::regclass
     left join pg_inherits i on i.inhparent = c.oid order by t.position, 2`,
    [TABLES],
  );
  return rows;
};

interface Portion {
  readonly connectionId: ConnectionId;
  readonly accountIds: readonly AccountId[];
  readonly parts: readonly Part[];
  readonly from: number;
}

/** Deletes a portion in one transaction, from the part with this number on; returns the number of the part to go on with. */
const deletePortion = (db: Db, { connectionId, accountIds, parts, from }: Portion): Promise<number> =>
  db.transaction(async (tx) => {
    let at = from;
    let left = PORTION;
    let deleted = 0;
    for (let part = parts[at]; part !== undefined && left > 0; part = parts[at]) {
      const rows = Math.ceil(left / weightOf(part));
      // Else Postgres plans the questions of foreign keys anew for each row.
      if (part.table === 'import_runs') await tx.query('set local plan_cache_mode = force_generic_plan');
      const { rowCount } = await tx.query(
        `delete from ${part.name} where ctid = any (array(
           select ctid from ${part.name} where ${ofAccounts(part.table)} limit ${rows}))`,
        [accountIds],
      );
      deleted += rowCount ?? 0;
      left -= (rowCount ?? 0) * weightOf(part);
      if ((rowCount ?? 0) < rows) at += 1;
    }
    await countRows(tx, connectionId, deleted);
    return at;
  });

const countRows = async (tx: Queryable, connectionId: ConnectionId, rows: number): Promise<void> => {
  await tx.query('update importer.connections set rows_deleted = rows_deleted + $2 where id = $1', [
    connectionId,
    rows,
  ]);
};

/**
 * Begins the deletion of accounts: from now on nobody can choose them, and their imports are over. Returns those of them
 * that no connection reads; the others stay. Safe to repeat.
 */
export const beginAccountDeletion = async (db: Db, accountIds: readonly AccountId[]): Promise<readonly AccountId[]> => {
  const { begun, runs } = await db.transaction(async (tx) => {
    // What is being planned is stored before, or finds its run ended.
    await tx.query(
      `select pg_advisory_xact_lock(number)
       from (select distinct ${lockNumber('name')} as number from unnest($1::text[]) name order by 1) locks`,
      [accountIds.map(LOCKS.planning)],
    );
    // Whoever chooses an account holds its row meanwhile.
    await tx.query('select from importer.accounts where id = any($1) order by id for update', [accountIds]);
    const { rows: accounts } = await tx.query<{ id: AccountId }>(
      `update importer.accounts a set deletion_began_at = coalesce(deletion_began_at, now())
       where id = any($1) and not exists (select from importer.grants g where g.account_id = a.id and g.ended_at is null)
       returning id`,
      [accountIds],
    );
    const ids = accounts.map(({ id }) => id);
    const { rows } = await tx.query<{ id: string }>(
      `select id from importer.import_runs where account_id = any($1) and state = 'running'`,
      [ids],
    );
    return { begun: ids, runs: rows };
  });
  for (const { id } of runs) await endRun(db, id, 'cancelled', 'its data are being deleted');
  return begun;
};

/**
 * Deletes what was imported of these accounts, in portions, until the signal; a later call continues. Accounts that a
 * connection reads stay. Of the others nothing is left: neither facts nor what they rest on, grants that have ended
 * included. Of an account that a living connection lists without reading it, what X says about the account itself stays.
 */
export const deleteAccountData = async (
  db: Db,
  connectionId: ConnectionId,
  accountIds: readonly AccountId[],
  signal: AbortSignal,
): Promise<void> => {
  const parts = await partsOf(db);
  for (let first = 0; first < accountIds.length; first += ACCOUNTS_AT_ONCE) {
    const group = await beginAccountDeletion(db, accountIds.slice(first, first + ACCOUNTS_AT_ONCE));
    for (let from = 0; from < parts.length;) {
      if (signal.aborted) return;
      from = await deletePortion(db, { connectionId, accountIds: group, parts, from });
    }
    await db.transaction((tx) => deleteRest(tx, connectionId, group));
  }
};

/** Deletes the grants, and what came in meanwhile: a run that is locked takes nothing in any more. */
const deleteRest = async (
  tx: Queryable,
  connectionId: ConnectionId,
  accountIds: readonly AccountId[],
): Promise<void> => {
  await tx.query('select from importer.accounts where id = any($1) order by id for update', [accountIds]);
  await tx.query('select from importer.import_runs where account_id = any($1) order by id for update', [accountIds]);
  let deleted = 0;
  const clear = async (from: string): Promise<void> => {
    deleted += (await tx.query(`delete from importer.${from}`, [accountIds])).rowCount ?? 0;
  };
  for (const table of TABLES) await clear(`${table} where ${ofAccounts(table)}`);
  await clear('grants where account_id = any($1)');
  await clear('job_slots where account_id = any($1)');
  const scopes = `array(select 'account:' || id from unnest($1::text[]) id)`;
  await clear(`rate_limit_windows where scope = any(${scopes})`);
  await clear(`rate_limit_waiters where scope = any(${scopes})`);
  await tx.query('update importer.accounts set deletion_began_at = null where id = any($1)', [accountIds]);
  await clear(
    `account_access s where account_id = any($1) and not exists (
       select from importer.connections c where c.x_user_id = s.x_user_id and c.phase <> 'disconnected')`,
  );
  // Its zones go with it.
  await clear(
    'accounts a where id = any($1) and not exists (select from importer.account_access s where s.account_id = a.id)',
  );
  await countRows(tx, connectionId, deleted);
};

/** The accounts that were granted to the connection and that no connection reads any more. */
export const accountsToDelete = async (db: Queryable, connectionId: ConnectionId): Promise<readonly AccountId[]> => {
  const { rows } = await db.query<{ id: AccountId }>(
    `select account_id as id from importer.grants g where connection_id = $1 and not exists (
       select from importer.grants o where o.account_id = g.account_id and o.ended_at is null)
     order by account_id`,
    [connectionId],
  );
  return rows.map(({ id }) => id);
};

/** Safe to repeat: a deletion that goes on stays as it is. */
export const noteDeletionBegan = async (db: Queryable, connectionId: ConnectionId): Promise<void> => {
  await db.query(
    `update importer.connections set deletion_began_at = clock_timestamp(), deletion_ended_at = null, rows_deleted = 0
     where id = $1 and (deletion_began_at is null or deletion_ended_at is not null)`,
    [connectionId],
  );
};

/** Ends the deletion. Accounts that were only listed go with the last connection that lists them. */
export const endDeletion = async (db: Queryable, connectionId: ConnectionId): Promise<void> => {
  await db.query(
    `delete from importer.accounts a
     where not exists (select from importer.account_access s where s.account_id = a.id)
       and not exists (select from importer.grants g where g.account_id = a.id)
       and not exists (select from importer.import_runs r where r.account_id = a.id)`,
  );
  await db.query(
    // The choice may name the accounts.
    `update importer.connections set deletion_ended_at = coalesce(deletion_ended_at, clock_timestamp()), choice = null
     where id = $1`,
    [connectionId],
  );
};
