import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, RunId, XUserId } from '../../domain/ids.js';
import type { Db, Queryable } from '../pool.js';

export type RunKind = 'history' | 'daily' | 'manual';
export type RunState = 'running' | 'completed' | 'cancelled' | 'failed' | 'abandoned';

/** One import of a range of an account: the owner of claims, calls and slots. */
export interface Run {
  readonly id: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly xUserId: XUserId;
  readonly kind: RunKind;
  readonly range: DayRange;
  readonly refetch: boolean;
  readonly workflowId: string;
  /** What a manual backfill was asked for under. */
  readonly requestId: string | null;
  readonly state: RunState;
}

interface RunRow {
  id: string;
  connection_id: string;
  account_id: string;
  x_user_id: string;
  kind: RunKind;
  first_day: Day;
  last_day: Day;
  refetch: boolean;
  workflow_id: string;
  request_id: string | null;
  state: RunState;
}

const toRun = (row: RunRow): Run => ({
  id: row.id,
  connectionId: row.connection_id,
  accountId: row.account_id,
  xUserId: row.x_user_id,
  kind: row.kind,
  range: { from: row.first_day, to: row.last_day },
  refetch: row.refetch,
  workflowId: row.workflow_id,
  requestId: row.request_id,
  state: row.state,
});

/** A run about to be opened. */
export type NewRun = Omit<Run, 'state' | 'requestId'> & { readonly requestId?: string | undefined };

/** Opens a run. Safe to repeat: a run that is open already stays as it is. */
export const openRun = async (db: Queryable, run: NewRun): Promise<void> => {
  await db.query(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, refetch, workflow_id, request_id)
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

export const findRun = async (db: Queryable, id: RunId): Promise<Run | undefined> => {
  const { rows } = await db.query<RunRow>('select * from importer.import_runs where id = $1', [id]);
  return rows[0] && toRun(rows[0]);
};

/** The run, or an error that says that it is gone: activities are only ever called with a run that was opened. */
export const getRun = async (db: Queryable, id: RunId): Promise<Run> => {
  const run = await findRun(db, id);
  if (!run) throw new Error(`there is no import run ${id}`);
  return run;
};

/** Other runs of an account that still hold claims. */
export const otherRunningRuns = async (db: Queryable, accountId: AccountId, except: RunId): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    `select * from importer.import_runs where account_id = $1 and state = 'running' and id <> $2`,
    [accountId, except],
  );
  return rows.map(toRun);
};

/** Runs of a connection that go on, as far as the ledger knows. */
export const runningRunsOf = async (db: Queryable, connectionId: ConnectionId): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    `select * from importer.import_runs where connection_id = $1 and state = 'running' order by started_at`,
    [connectionId],
  );
  return rows.map(toRun);
};

/** Daily syncs of an account that go on, in whichever connection's name. */
export const runningDailyRuns = async (db: Queryable, accountId: AccountId): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    `select * from importer.import_runs where account_id = $1 and kind = 'daily' and state = 'running' order by started_at`,
    [accountId],
  );
  return rows.map(toRun);
};

/** Runs of some accounts that go on, whoever began them, and whose days meet the range. */
export const runningRunsIn = async (
  db: Queryable,
  accountIds: readonly AccountId[],
  { from, to }: DayRange,
): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    `select * from importer.import_runs
     where account_id = any($1) and state = 'running' and first_day <= $3 and last_day >= $2 order by started_at`,
    [accountIds, from, to],
  );
  return rows.map(toRun);
};

/**
 * The last due day of the sync that last heeded the feed to its end: what X has named since is still to be read, however
 * long ago that was. Before the first it is that of the first import; undefined when there was none.
 */
export const heededUntil = async (db: Queryable, accountId: AccountId): Promise<Day | undefined> => {
  const { rows } = await db.query<{ day: Day | null }>(
    `select coalesce(max(last_day) filter (where kind = 'daily' and state = 'completed'), min(last_day) filter (where kind = 'history')) as day
     from importer.import_runs where account_id = $1`,
    [accountId],
  );
  return rows[0]?.day ?? undefined;
};

/**
 * The days before a day that runs of the account have imported, whoever asked for them: manual backfills of what lies before
 * every history, and what connections had that are gone. A cancelled run leaves its days to whoever asks again. Ascending.
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
 * Ends a run: its claims, planned slices and slots end with it. Jobs that X still computes are left to `cancelled`; the
 * slots they hold at X show in X's own header. Safe to repeat.
 */
export const endRun = (
  db: Db,
  id: RunId,
  state: Exclude<RunState, 'running'>,
  reason: string | undefined,
): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.query(
      `update importer.import_runs set state = $2, reason = $3, ended_at = clock_timestamp() where id = $1 and state = 'running'`,
      [id, state, reason ?? null],
    );
    // By its slices, whose claims are indexed: the claims of all other runs need not be looked through.
    await tx.query(
      `delete from importer.ledger l using importer.slices s
       where s.run_id = $1 and l.slice_id = s.id and l.state = 'open'`,
      [id],
    );
    await tx.query(
      `update importer.slices set state = 'released' where run_id = $1 and state in ('planned', 'in_flight')`,
      [id],
    );
    await tx.query(
      `update importer.jobs set ended_at = clock_timestamp(), reason = 'the run ended',
         state = case when x_job_id is null then 'lost' else 'cancelled' end
       where run_id = $1 and state in ('creating', 'processing', 'ready')`,
      [id],
    );
  });

/** Slices by what became of them. */
export interface SliceCounts {
  readonly planned: number;
  readonly inFlight: number;
  readonly ready: number;
  readonly landed: number;
  readonly failed: number;
}

export interface RunProgress extends SliceCounts {
  readonly runId: RunId;
  readonly accountId: AccountId;
  readonly kind: RunKind;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly state: RunState;
  readonly reason: string | null;
  readonly workflowId: string;
  readonly requestId: string | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
}

/** A run's slices by what became of them: one row, also for a run that has none yet. */
const COUNTS = `
  left join lateral (
    select count(*) filter (where s.state = 'planned') as planned,
      count(*) filter (where s.state = 'in_flight' and j.state is distinct from 'ready') as in_flight,
      count(*) filter (where s.state = 'in_flight' and j.state = 'ready') as ready,
      count(*) filter (where s.state = 'landed') as landed,
      count(*) filter (where s.state = 'failed') as failed
    from importer.slices s
    left join importer.jobs j on j.slice_id = s.id and j.state in ('creating', 'processing', 'ready')
    where s.run_id = r.id
  ) c on true`;

interface RunProgressRow extends Omit<RunRow, 'connection_id' | 'x_user_id' | 'refetch'> {
  reason: string | null;
  started_at: Instant;
  ended_at: Instant | null;
  planned: number;
  in_flight: number;
  ready: number;
  landed: number;
  failed: number;
}

const toProgress = (row: RunProgressRow): RunProgress => ({
  runId: row.id,
  accountId: row.account_id,
  kind: row.kind,
  firstDay: row.first_day,
  lastDay: row.last_day,
  state: row.state,
  reason: row.reason,
  workflowId: row.workflow_id,
  requestId: row.request_id,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  planned: row.planned,
  inFlight: row.in_flight,
  ready: row.ready,
  landed: row.landed,
  failed: row.failed,
});

/** The runs of a connection, newest first. */
export const runsOf = async (db: Queryable, connectionId: ConnectionId): Promise<readonly RunProgress[]> => {
  const { rows } = await db.query<RunProgressRow>(
    `select r.*, c.* from importer.import_runs r ${COUNTS} where r.connection_id = $1 order by r.started_at desc limit 200`,
    [connectionId],
  );
  return rows.map(toProgress);
};

/** The runs of a manual backfill: one per account, as soon as it knows its days. */
export const runsOfRequest = async (
  db: Queryable,
  connectionId: ConnectionId,
  requestId: string,
): Promise<readonly Run[]> => {
  const { rows } = await db.query<RunRow>(
    'select * from importer.import_runs where connection_id = $1 and request_id = $2 order by account_id',
    [connectionId, requestId],
  );
  return rows.map(toRun);
};

/** Those of the workflows whose run goes on, of any connection. */
export const workflowsWithRun = async (db: Queryable, workflowIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ workflow_id: string }>(
    `select workflow_id from importer.import_runs where state = 'running' and workflow_id = any($1)`,
    [workflowIds],
  );
  return new Set(rows.map((row) => row.workflow_id));
};

/** A run's slices by what became of them. */
export const sliceCounts = async (db: Queryable, runId: RunId): Promise<SliceCounts> => {
  const progress = await progressOf(db, runId);
  if (!progress) throw new Error(`there is no import run ${runId}`);
  const { planned, inFlight, ready, landed, failed } = progress;
  return { planned, inFlight, ready, landed, failed };
};

export const progressOf = async (db: Queryable, runId: RunId): Promise<RunProgress | undefined> => {
  const { rows } = await db.query<RunProgressRow>(
    `select r.*, c.* from importer.import_runs r ${COUNTS} where r.id = $1`,
    [runId],
  );
  return rows[0] && toProgress(rows[0]);
};
