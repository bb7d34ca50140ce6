import type { AccountId, JobId, RunId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';
import { SLICE } from './slices.js';
import type { Slice } from './slices.js';

/** A job of a run that has ended, which X may still compute. */
export interface LeftJob {
  readonly id: number;
  /** Null where the answer to its create was never heard. */
  readonly xJobId: JobId | null;
  /** Since its create was sent. */
  readonly ageSeconds: number;
  readonly slice: Slice;
}

/** The jobs that ended runs of an account have left at X. (Default: those of all its runs) */
export const jobsLeftAtX = async (db: Queryable, accountId: AccountId, runId?: RunId): Promise<readonly LeftJob[]> => {
  const { rows } = await db.query<LeftJob & Record<string, unknown>>(
    `select j.id, j.x_job_id as "xJobId",
       extract(epoch from clock_timestamp() - j.attempted_at)::float8 as "ageSeconds", ${SLICE} as slice
     from importer.jobs j join importer.slices s on s.id = j.slice_id
     where j.account_id = $1 and j.left_at_x and ($2::uuid is null or j.run_id = $2) order by j.id`,
    [accountId, runId ?? null],
  );
  return rows;
};

/** X computes them no more, or has never known them. */
export const settleLeftJobs = async (db: Queryable, ids: readonly number[]): Promise<void> => {
  await db.query('update importer.jobs set left_at_x = false where id = any($1)', [ids]);
};

/** What running runs are having created right now: X may list a job whose id is not stored yet. */
export const slicesBeingCreated = async (db: Queryable, accountId: AccountId): Promise<readonly Slice[]> => {
  const { rows } = await db.query<{ slice: Slice }>(
    `select ${SLICE} as slice from importer.jobs j join importer.slices s on s.id = j.slice_id
     where j.account_id = $1 and j.state = 'creating'`,
    [accountId],
  );
  return rows.map(({ slice }) => slice);
};
