import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { endRun } from '../import/runs.js';
import { lockPlanning } from '../import/ledger.js';
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
] as const;

/** Which rows of a table are the account's. */
const OF_ACCOUNT: Partial<Record<(typeof TABLES)[number], string>> = {
  blind_check_days: 'run_id in (select run_id from importer.blind_check_runs where account_id = $1)',
  slices: 'run_id in (select id from importer.import_runs where account_id = $1)',
};
const ofAccount = (table: (typeof TABLES)[number]): string => OF_ACCOUNT[table] ?? 'account_id = $1';

/** Rows in one transaction: a second at most, so that nobody waits long for their locks; a small account takes one. */
const PORTION = 20_000;

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

/** Deletes a portion in one transaction, from the part with this number on; returns the number of the part to go on with. */
const deletePortion = (db: Db, { connectionId, accountId, parts, from }: Portion): Promise<number> =>
  db.transaction(async (tx) => {
    let at = from;
    let left = PORTION;
    for (let part = parts[at]; part !== undefined && left > 0; part = parts[at]) {
      const { rowCount } = await tx.query(
        `delete from ${part.name} where ctid = any (array(
           select ctid from ${part.name} where ${ofAccount(part.table)} limit ${left}))`,
        [accountId],
      );
      left -= rowCount ?? 0;
      if (left > 0) at += 1;
    }
    await countRows(tx, connectionId, PORTION - left);
    return at;
  });

interface Portion {
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly parts: readonly Part[];
  readonly from: number;
}

const countRows = async (tx: Queryable, connectionId: ConnectionId, rows: number): Promise<void> => {
  await tx.query('update importer.connections set rows_deleted = rows_deleted + $2 where id = $1', [
    connectionId,
    rows,
  ]);
};

/**
 * Begins the deletion of an account: from now on nobody can choose it, and its imports are over. False where a connection
 * reads it: then it stays. Safe to repeat.
 */
export const beginAccountDeletion = async (db: Db, accountId: AccountId): Promise<boolean> => {
  const runs = await db.transaction(async (tx) => {
    // Whoever chooses the account holds this row meanwhile.
    await tx.query('select from importer.accounts where id = $1 for update', [accountId]);
    const { rowCount } = await tx.query(
      `update importer.accounts a set deletion_began_at = coalesce(deletion_began_at, now())
       where id = $1 and not exists (select from importer.grants g where g.account_id = a.id and g.ended_at is null)`,
      [accountId],
    );
    if (rowCount === 0) return undefined;
    // What is being planned is stored before, or finds its run ended.
    await lockPlanning(tx, accountId);
    const { rows } = await tx.query<{ id: string }>(
      `select id from importer.import_runs where account_id = $1 and state = 'running'`,
      [accountId],
    );
    return rows;
  });
  for (const { id } of runs ?? []) await endRun(db, id, 'cancelled', 'its data are being deleted');
  return runs !== undefined;
};

/**
 * Deletes what was imported of an account whose deletion has begun, in portions, until the signal; a later call continues.
 * True when nothing is left: neither facts nor what they rest on, grants that have ended included. Of an account that a
 * living connection lists without reading it, what X says about the account itself stays.
 */
export const deleteAccountData = async (
  db: Db,
  connectionId: ConnectionId,
  accountId: AccountId,
  signal: AbortSignal,
): Promise<boolean> => {
  const parts = await partsOf(db);
  for (let from = 0; from < parts.length;) {
    if (signal.aborted) return false;
    from = await deletePortion(db, { connectionId, accountId, parts, from });
  }
  await db.transaction((tx) => deleteRest(tx, connectionId, accountId));
  return true;
};

/** Deletes the runs and grants, and what came in meanwhile: a run that is locked takes nothing in any more. */
const deleteRest = async (tx: Queryable, connectionId: ConnectionId, accountId: AccountId): Promise<void> => {
  await tx.query('select from importer.accounts where id = $1 for update', [accountId]);
  await tx.query('select from importer.import_runs where account_id = $1 order by id for update', [accountId]);
  let deleted = 0;
  const clear = async (from: string): Promise<void> => {
    deleted += (await tx.query(`delete from importer.${from}`, [accountId])).rowCount ?? 0;
  };
  for (const table of TABLES) await clear(`${table} where ${ofAccount(table)}`);
  await clear('import_runs where account_id = $1');
  await clear('grants where account_id = $1');
  await clear('job_slots where account_id = $1');
  await clear(`rate_limit_windows where scope = 'account:' || $1`);
  await clear(`rate_limit_waiters where scope = 'account:' || $1`);
  await tx.query('update importer.accounts set deletion_began_at = null where id = $1', [accountId]);
  await clear(
    `account_access s where account_id = $1 and not exists (
       select from importer.connections c where c.x_user_id = s.x_user_id and c.phase <> 'disconnected')`,
  );
  // Its zones go with it.
  await clear(
    'accounts a where id = $1 and not exists (select from importer.account_access s where s.account_id = a.id)',
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
    'update importer.connections set deletion_ended_at = coalesce(deletion_ended_at, clock_timestamp()) where id = $1',
    [connectionId],
  );
};
