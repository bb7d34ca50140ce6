import type { AccountId } from '../domain/ids.js';
import type { Queryable } from './pool.js';

/** Remembers X's x-concurrent-job-limit headers for all runs and workers of an account. */
export const observeSlots = async (
  db: Queryable,
  accountId: AccountId,
  limit: number,
  remaining: number,
): Promise<void> => {
  await db.query(
    `insert into importer.job_slots (account_id, job_limit, remaining, observed_at) values ($1, $2, $3, clock_timestamp())
     on conflict (account_id) do update set job_limit = excluded.job_limit, remaining = excluded.remaining, observed_at = excluded.observed_at`,
    [accountId, limit, remaining],
  );
};

/** X said TOO_MANY_JOBS: other tools hold slots that we believed free. Nobody asks again before this has passed. */
export const holdSlots = async (db: Queryable, accountId: AccountId, seconds: number): Promise<void> => {
  await db.query(
    `insert into importer.job_slots (account_id, job_limit, remaining, observed_at, not_before)
     values ($1, 100, 0, clock_timestamp(), clock_timestamp() + make_interval(secs => $2))
     on conflict (account_id) do update set remaining = 0, observed_at = excluded.observed_at, not_before = excluded.not_before`,
    [accountId, seconds],
  );
};
