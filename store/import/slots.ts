import type { AccountId } from '../../domain/ids.js';
import type { SlotShares } from '../../domain/slots.js';
import type { Queryable } from '../pool.js';
import { WAKING } from './rate-limit-windows.js';
import type { Run } from './runs.js';

/** Where runs of an account that found no slot are remembered, beside those that wait for X's limits. */
export const slotsGate = (accountId: AccountId): { readonly scope: string; readonly family: string } => ({
  scope: `account:${accountId}`,
  family: 'job_slots',
});

/** Which other connections wait for slots of the account with runs of the same kind, and who holds how many. */
export const slotSharesOf = async (
  db: Queryable,
  { accountId, connectionId, kind }: Pick<Run, 'accountId' | 'connectionId' | 'kind'>,
): Promise<SlotShares> => {
  const { scope, family } = slotsGate(accountId);
  const { rows } = await db.query<{ rivals: number; own: number; heldBySatisfied: number }>(
    `with rivals as (
       select distinct r.connection_id from importer.rate_limit_waiters w
       join importer.import_runs r on r.id::text = w.run_id and r.state = 'running'
       where w.scope = $4 and w.family = $5 and w.until + ${WAKING} > clock_timestamp()
         and r.kind = $3 and r.connection_id <> $2)
     select (select count(*) from rivals) as rivals, count(*) filter (where r.connection_id = $2) as own,
       count(*) filter (where r.connection_id <> $2 and v.connection_id is null) as "heldBySatisfied"
     from importer.jobs j join importer.import_runs r on r.id = j.run_id left join rivals v using (connection_id)
     where j.account_id = $1 and j.state in ('creating', 'processing')`,
    [accountId, connectionId, kind, scope, family],
  );
  return rows[0] ?? { rivals: 0, own: 0, heldBySatisfied: 0 };
};

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

/**
 * X's last word on the slots is older than so many seconds: who gets true asks X, for all runs and workers of the account,
 * and nobody else does for as long. To be called under the account's lock, with a row there.
 */
export const claimQuestion = async (tx: Queryable, accountId: AccountId, seconds: number): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update importer.job_slots set asked_at = clock_timestamp()
     where account_id = $1 and greatest(observed_at, asked_at) <= clock_timestamp() - make_interval(secs => $2)`,
    [accountId, seconds],
  );
  return rowCount === 1;
};
