import type { Day, DayRange } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, RunId, XUserId } from '../../domain/ids.js';
import type { RunKind, RunState } from '../../domain/run.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Db, Queryable } from '../pool.js';
import { freeHeldBy } from './held.js';
import { RunOver } from './run-over.js';

/** One import of a range of days of an account: the owner of claims, calls and slots. */
export interface Run {
  readonly id: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly xUserId: XUserId;
  readonly kind: RunKind;
  readonly range: DayRange;
  /** Days that have landed are read again. */
  readonly refetch: boolean;
  readonly workflowId: string;
  /** The id that the answer to a manual backfill gave. */
  readonly requestId: string | null;
  readonly state: RunState;
}

/** A run about to be opened. */
export type NewRun = Omit<Run, 'state' | 'requestId'> & { readonly requestId?: string | undefined };

const SELECT = `
  select id, connection_id as "connectionId", account_id as "accountId", x_user_id as "xUserId", kind,
    json_build_object('from', first_day, 'to', last_day) as range, refetch, workflow_id as "workflowId",
    request_id as "requestId", state
  from importer.import_runs`;

const selectRuns = async (db: Queryable, rest: string, params: unknown[]): Promise<readonly Run[]> => {
  const { rows } = await db.query<Run & Record<string, unknown>>(`${SELECT} ${rest}`, params);
  return rows;
};

/** Opens a run. Safe to repeat: a run that is open already stays as it is. */
export const openRun = async (db: Queryable, run: NewRun): Promise<void> => {
  await db.query(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, refetch,
       workflow_id, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing`,
    [
      run.id,
      run.connectionId,
      run.accountId,
      run.xUserId,
      run.kind,
      run.range.from,
      run.range.to,
      run.refetch,
      run.workflowId,
      run.requestId ?? null,
    ],
  );
};

export const findRun = async (db: Queryable, id: RunId): Promise<Run | undefined> =>
  (await selectRuns(db, 'where id = $1', [id]))[0];

/**
 * The run of this id, which is running.
 * @throws {RunOver} when it has ended, or there is none
 */
export const getRunning = async (db: Queryable, id: RunId): Promise<Run> => runningOf(await findRun(db, id), id);

/**
 * The same, and nobody can end it before the commit.
 * @throws {RunOver} when it has ended, or there is none
 */
export const holdRunning = async (tx: Queryable, id: RunId): Promise<Run> =>
  runningOf((await selectRuns(tx, 'where id = $1 for key share', [id]))[0], id);

const runningOf = (run: Run | undefined, id: RunId): Run => {
  if (!run) throw new RunOver('run_unknown', id);
  if (run.state !== 'running') throw new RunOver('run_over', id);
  return run;
};

/** Other runs of an account that still hold claims. */
export const otherRunningRuns = (db: Queryable, accountId: AccountId, except: RunId): Promise<readonly Run[]> =>
  selectRuns(db, `where account_id = $1 and state = 'running' and id <> $2`, [accountId, except]);

/**
 * Running runs of the same workflow id beside the given one: executions that were terminated have left them open. The
 * id of a history is used by one execution after the other.
 */
export const otherRunsOfWorkflow = (
  db: Queryable,
  { workflowId, id }: Pick<Run, 'workflowId' | 'id'>,
): Promise<readonly Run[]> =>
  selectRuns(db, `where workflow_id = $1 and state = 'running' and id <> $2`, [workflowId, id]);

/** Running runs of a connection, and those of other connections on accounts that it has had, oldest first. */
export const runningRunsOf = (db: Queryable, connectionId: ConnectionId): Promise<readonly Run[]> =>
  selectRuns(
    db,
    `where state = 'running' and (connection_id = $1
       or account_id in (select account_id from importer.grants where connection_id = $1)) order by started_at`,
    [connectionId],
  );

/** Running runs of some accounts, of any connection. */
export const runningRunsOfAccounts = (db: Queryable, accountIds: readonly AccountId[]): Promise<readonly Run[]> =>
  selectRuns(db, `where account_id = any($1) and state = 'running' order by started_at`, [accountIds]);

/** Running daily syncs of an account, whichever connection reads for them, oldest first. */
export const runningDailyRuns = (db: Queryable, accountId: AccountId): Promise<readonly Run[]> =>
  selectRuns(db, `where account_id = $1 and kind = 'daily' and state = 'running' order by started_at`, [accountId]);

/** Running runs of some accounts, of any connection, whose days meet the range, oldest first. */
export const runningRunsIn = (
  db: Queryable,
  viewer: Viewer,
  accountIds: readonly AccountId[],
  { from, to }: DayRange,
): Promise<readonly Run[]> =>
  selectRuns(
    db,
    `where account_id in (select id from importer.visible_accounts($4) where id = any($1)) and state = 'running'
       and first_day <= $3 and last_day >= $2 order by started_at`,
    [accountIds, from, to, viewer],
  );

/** The runs of a manual backfill: one per account, as soon as the account's days are known. */
export const runsOfRequest = (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
  requestId: string,
): Promise<readonly Run[]> =>
  selectRuns(
    db,
    `where connection_id in (select id from importer.visible_connections($3) where id = $1) and request_id = $2
     order by account_id`,
    [connectionId, requestId, viewer],
  );

/** Those of the workflows, of any connection, whose run is running. */
export const workflowsWithRun = async (db: Queryable, workflowIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ id: string }>(
    `select workflow_id as id from importer.import_runs where state = 'running' and workflow_id = any($1)`,
    [workflowIds],
  );
  return new Set(rows.map(({ id }) => id));
};

/**
 * The last due day of the last sync that followed the change feed to its end: what X has named since is still to be
 * read, however long ago that was. Before the first sync it is the last day of the first import; undefined when there
 * was none.
 */
export const feedFollowedUntil = async (db: Queryable, accountId: AccountId): Promise<Day | undefined> => {
  const { rows } = await db.query<{ day: Day | null }>(
    `select coalesce(max(last_day) filter (where kind = 'daily' and state = 'completed'),
       min(last_day) filter (where kind = 'history')) as day
     from importer.import_runs where account_id = $1`,
    [accountId],
  );
  return rows[0]?.day ?? undefined;
};

/**
 * The days before a day that runs of the account have imported, whoever started them, ascending: manual backfills of
 * days before every history, and histories of connections that have ended. A cancelled run is left out: whoever wants
 * its days asks for them again.
 */
export const importedBefore = async (db: Queryable, accountId: AccountId, day: Day): Promise<readonly DayRange[]> => {
  const { rows } = await db.query<{ from: Day; to: Day }>(
    `select lower(days) as "from", upper(days) - 1 as "to"
     from (select unnest(range_agg(daterange(first_day, least(last_day, $2::date - 1), '[]'))) as days
       from importer.import_runs
       where account_id = $1 and first_day < $2 and state in ('completed', 'failed', 'abandoned')) imported
     order by days`,
    [accountId, day],
  );
  return rows;
};

/**
 * Ends a run: its claims, planned slices and slots end with it. Jobs that X still computes, and those whose create is
 * under way, are left at X, to be cancelled there. Safe to repeat.
 */
export const endRun = (
  db: Db,
  id: RunId,
  state: Exclude<RunState, 'running'>,
  reason: string | undefined,
): Promise<void> =>
  db.transaction(async (tx) => {
    // Waits for whoever is claiming for the run, and lets nobody claim for it after that.
    await tx.query('select from importer.import_runs where id = $1 for update', [id]);
    await freeHeldBy(tx, 'select $1::uuid', [id]);
    await tx.query(
      `update importer.import_runs set state = $2, reason = $3, ended_at = clock_timestamp()
       where id = $1 and state = 'running'`,
      [id, state, reason ?? null],
    );
  });
