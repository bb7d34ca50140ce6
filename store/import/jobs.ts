import type { Instant } from '../../domain/calendar.js';
import type { AccountId, JobId, RunId } from '../../domain/ids.js';
import { freeSlots, onlyHeaderBinds, slotLimit } from '../../domain/slots.js';
import { lockUntilCommit, LOCKS } from '../locks.js';
import { onePerKey } from '../one-per-key.js';
import type { Db, Queryable } from '../pool.js';
import { holdRunning } from './runs.js';
import type { Run } from './runs.js';
import { claimSlotsQuestion, slotSharesOf } from './slots.js';
import { SLICE } from './slices.js';
import type { Slice } from './slices.js';

/** A stats job of ours: it reserves a slot while it is creating or processing. */
export interface Job {
  readonly id: number;
  readonly xJobId: JobId | null;
  readonly state: 'creating' | 'processing' | 'ready';
  /** X's clock: when X last changed it. */
  readonly updatedAtX: Instant | null;
  /** Of the result file, once X has finished it. */
  readonly url: string | null;
  /** Since its create was sent. */
  readonly ageSeconds: number;
  /** Since it became ready; 0 before. */
  readonly readySeconds: number;
  readonly slice: Slice;
}

const JOB_COLUMNS = `j.id, j.x_job_id as "xJobId", j.state, j.updated_at_x as "updatedAtX", j.url,
  extract(epoch from clock_timestamp() - j.attempted_at)::float8 as "ageSeconds",
  extract(epoch from clock_timestamp() - coalesce(j.ready_at, clock_timestamp()))::float8 as "readySeconds",
  ${SLICE} as slice`;

export interface Reservation {
  readonly jobs: readonly Job[];
  /** Slices of the run that still wait to be submitted. */
  readonly left: number;
  /** Free slots that the run did not use: 0 says that slots are what it waits for. */
  readonly free: number;
  /** So many jobs of this run fill all slots of the account by themselves: none is free before one of them ends. */
  readonly fullWith: number | undefined;
  /** Only an old answer of X is in the way: the caller asks X for the account's slots, and nobody else does for now. */
  readonly askX: boolean;
}

export interface Want {
  /** How many jobs at most. */
  readonly count: number;
  /** The part of the slots that the asker's class may use, 0 to 1. */
  readonly share: number;
  /** For how many seconds X's last answer about the slots is believed. */
  readonly saidSlots: number;
}

/**
 * Reserves slots for the run's next slices, newest day first. All runs of an account reserve one after the other, so
 * that never more than 100 jobs are in processing; connections that wait for slots of the same account share them. The
 * rows are written before any call to X, so that a create whose answer is lost is known.
 * @throws {RunOver} when the run has ended
 */
export const reserveJobs = (db: Db, run: Run, { count, share, saidSlots }: Want): Promise<Reservation> =>
  db.transaction(async (tx) => {
    await lockUntilCommit(tx, LOCKS.slots(run.accountId));
    await holdRunning(tx, run.id);
    const { rows } = await tx.query<{
      held: number;
      ofRun: number;
      header: { limit: number; remaining: number; reservedSince: number } | null;
      refused: boolean;
    }>(
      `select count(j.id) as held, count(j.id) filter (where j.run_id = $2) as "ofRun",
         case when s.job_limit is not null then json_build_object('limit', s.job_limit, 'remaining', s.remaining,
           'reservedSince', count(j.id) filter (where j.state = 'creating' or j.attempted_at > s.observed_at)) end
           as header,
         coalesce(s.not_before > clock_timestamp(), false) as refused
       from (select $1::text as account_id) a
       left join importer.job_slots s using (account_id)
       left join importer.jobs j on j.account_id = a.account_id and j.state in ('creating', 'processing')
       group by s.job_limit, s.remaining, s.observed_at, s.not_before`,
      [run.accountId, run.id],
    );
    const { held = 0, ofRun = 0, header, refused = false } = rows[0] ?? {};
    const shares = await slotSharesOf(tx, run);
    const slots = { held, header: header ?? undefined, refused, classShare: share, shares };
    const free = freeSlots(slots);
    const { rows: chosen } = await tx.query<Job & Record<string, unknown>>(
      `with next as (
         select id from importer.slices
         where run_id = $1 and state = 'planned' and (not_before is null or not_before <= clock_timestamp())
         order by last_day desc, level desc, id limit $2 for update skip locked),
       taken as (update importer.slices s set state = 'in_flight' from next where s.id = next.id returning s.*),
       j as (
         insert into importer.jobs (slice_id, run_id, account_id, x_user_id)
         select id, run_id, account_id, $3 from taken returning *)
       select ${JOB_COLUMNS} from j join taken s on s.id = j.slice_id order by s.last_day desc, s.level desc, s.id`,
      [run.id, Math.max(0, Math.min(count, free)), run.xUserId],
    );
    const { rows: counted } = await tx.query<{ left: number }>(
      `select count(*) as left from importer.slices where run_id = $1 and state = 'planned'`,
      [run.id],
    );
    const left = counted[0]?.left ?? 0;
    const askX = left > 0 && onlyHeaderBinds(slots) && (await claimSlotsQuestion(tx, run.accountId, saidSlots));
    const fullWith = ofRun === held && held >= slotLimit(slots) ? held : undefined;
    return { jobs: chosen, left, free: free - chosen.length, fullWith, askX };
  });

/** The run's jobs that have not ended, newest days first. */
export const openJobs = async (db: Queryable, runId: RunId, state?: Job['state']): Promise<readonly Job[]> => {
  const { rows } = await db.query<Job & Record<string, unknown>>(
    `select ${JOB_COLUMNS} from importer.jobs j join importer.slices s on s.id = j.slice_id
     where j.run_id = $1 and j.state in ('creating', 'processing', 'ready') and ($2::text is null or j.state = $2)
     order by s.last_day desc, j.id`,
    [runId, state ?? null],
  );
  return rows;
};

/**
 * Seconds until the oldest job that X computes has taken as long as the quickest of the run's last twenty; negative after
 * that, undefined before one has ended.
 */
export const secondsUntilDue = async (db: Queryable, runId: RunId): Promise<number | undefined> => {
  const { rows } = await db.query<{ seconds: number | null }>(
    `select (
       select extract(epoch from min(e.ready_at - e.attempted_at)) from (
         select ready_at, attempted_at from importer.jobs
         where run_id = $1 and ready_at is not null order by id desc limit 20) e
       )::float8 - (
       select extract(epoch from clock_timestamp() - min(attempted_at)) from importer.jobs
       where run_id = $1 and state = 'processing')::float8 as seconds`,
    [runId],
  );
  return rows[0]?.seconds ?? undefined;
};

/** X's ids of the run's jobs that X computes. */
export const jobsAtX = async (db: Queryable, runId: RunId): Promise<readonly JobId[]> => {
  const { rows } = await db.query<{ id: JobId }>(
    `select x_job_id as id from importer.jobs where run_id = $1 and state = 'processing' order by id`,
    [runId],
  );
  return rows.map(({ id }) => id);
};

/** What X says of a job. */
export interface SeenJob {
  readonly xJobId: JobId;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly url: string | null;
  readonly finished: boolean;
}

/** Stores X's answer to a create, or the job adopted for a create whose answer was lost. */
export const rememberJob = async (db: Queryable, jobId: number, seen: SeenJob): Promise<void> => {
  await db.query(
    `update importer.jobs set state = 'processing', x_job_id = $2, created_at_x = $3, updated_at_x = $4,
       last_seen_at = clock_timestamp()
     where id = $1 and state = 'creating'`,
    [jobId, seen.xJobId, seen.createdAt, seen.updatedAt],
  );
};

/** Stores what a poll said of many jobs; finished ones give their slots back. Returns how many are ready. */
export const noteSeen = async (db: Queryable, accountId: AccountId, answered: readonly SeenJob[]): Promise<number> => {
  const seen = onePerKey(answered, ({ xJobId }) => xJobId);
  const { rows } = await db.query<{ ready: number }>(
    `with seen as (
       select * from unnest(
           $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::boolean[])
         as s (x_job_id, created_at_x, updated_at_x, expires_at, url, finished)),
     changed as (
       update importer.jobs j set created_at_x = s.created_at_x, updated_at_x = s.updated_at_x,
         expires_at = s.expires_at, url = s.url, last_seen_at = clock_timestamp(),
         state = case when s.finished then 'ready' else j.state end,
         ready_at = case when s.finished then coalesce(j.ready_at, clock_timestamp()) end
       from seen s where j.account_id = $1 and j.x_job_id = s.x_job_id and j.state in ('processing', 'ready')
       returning j.state)
     select count(*) filter (where state = 'ready') as ready from changed`,
    [
      accountId,
      seen.map((s) => s.xJobId),
      seen.map((s) => s.createdAt),
      seen.map((s) => s.updatedAt),
      seen.map((s) => s.expiresAt),
      seen.map((s) => s.url),
      seen.map((s) => s.finished),
    ],
  );
  return rows[0]?.ready ?? 0;
};

/**
 * Ends a job, once. False when another has ended it before: an activity whose heartbeats were lost runs beside its next
 * attempt, and what follows from the end (the slice is planned again) must not be done twice.
 */
export const endJob = async (
  tx: Queryable,
  jobId: number,
  state: 'landed' | 'failed' | 'cancelled' | 'refused' | 'lost',
  reason?: string,
): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update importer.jobs set state = $2, reason = $3, ended_at = clock_timestamp()
     where id = $1 and state in ('creating', 'processing', 'ready')`,
    [jobId, state, reason ?? null],
  );
  return rowCount === 1;
};

/** Those of the ids of X that are stored: X's list of an account's jobs also contains jobs of other tools. */
export const knownJobIds = async (
  db: Queryable,
  accountId: AccountId,
  ids: readonly JobId[],
): Promise<ReadonlySet<JobId>> => {
  const { rows } = await db.query<{ id: JobId }>(
    'select x_job_id as id from importer.jobs where account_id = $1 and x_job_id = any($2)',
    [accountId, ids],
  );
  return new Set(rows.map(({ id }) => id));
};

/**
 * Is the job still to be landed? Locks its row until the commit, so that two landings of one job run one after the
 * other.
 */
export const isLandable = async (tx: Queryable, jobId: number): Promise<boolean> => {
  const { rowCount } = await tx.query(`select from importer.jobs where id = $1 and state = 'ready' for update`, [
    jobId,
  ]);
  return rowCount === 1;
};

/** Counts a file that could not be parsed, and returns how many there were of this job. */
export const countBadFile = async (db: Queryable, jobId: number): Promise<number> => {
  const { rows } = await db.query<{ count: number }>(
    'update importer.jobs set bad_files = bad_files + 1 where id = $1 returning bad_files as count',
    [jobId],
  );
  return rows[0]?.count ?? 0;
};
