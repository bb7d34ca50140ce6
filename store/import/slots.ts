import type { AccountId } from '../../domain/ids.js';
import type { SlotShares } from '../../domain/slots.js';
import type { Queryable } from '../pool.js';
import { WAKE_UP } from './rate-limit-windows.js';
import type { Run } from './runs.js';

/** The gate at which runs of an account wait for a slot; they are stored beside those that wait for X's limits. */
export const slotsGate = (accountId: AccountId): { readonly scope: string; readonly family: string } => ({
  scope: `account:${accountId}`,
  family: 'job_slots',
});

/**
 * How many other connections wait for slots of the account with runs of the same kind, and who holds how many slots.
 */
export const slotSharesOf = async (
  db: Queryable,
  { accountId, connectionId, kind }: Pick<Run, 'accountId' | 'connectionId' | 'kind'>,
): Promise<SlotShares> => {
  const { scope, family } = slotsGate(accountId);
  const { rows } = await db.query<{ rivals: number; own: number; heldBySatisfied: number }>(
    `with rivals as (
       select distinct r.connection_id from importer.rate_limit_waiters w
       join importer.import_runs r on r.id::text = w.run_id and r.state = 'running'
       where w.scope = $4 and w.family = $5 and w.until + ${WAKE_UP} > clock_timestamp()
         and r.kind = $3 and r.connection_id <> $2)
     select (select count(*) from rivals) as rivals, count(*) filter (where r.connection_id = $2) as own,
       count(*) filter (where r.connection_id <> $2 and v.connection_id is null) as "heldBySatisfied"
     from importer.jobs j join importer.import_runs r on r.id = j.run_id left join rivals v using (connection_id)
     where j.account_id = $1 and j.state in ('creating', 'processing')`,
    [accountId, connectionId, kind, scope, family],
  );
  return rows[0] ?? { rivals: 0, own: 0, heldBySatisfied: 0 };
};

/** Stores X's x-concurrent-job-limit headers for all runs and workers of an account (docs/x-ads-api.md §9.3). */
export const observeSlots = async (
  db: Queryable,
  accountId: AccountId,
  limit: number,
  remaining: number,
): Promise<void> => {
  await db.query(
    `insert into importer.job_slots (account_id, job_limit, remaining, observed_at)
     values ($1, $2, $3, clock_timestamp())
     on conflict (account_id) do update set job_limit = excluded.job_limit, remaining = excluded.remaining,
       observed_at = excluded.observed_at`,
    [accountId, limit, remaining],
  );
};

/** X answered TOO_MANY_JOBS: other tools hold slots that were believed free. No job is created for so many seconds. */
export const holdSlots = async (db: Queryable, accountId: AccountId, seconds: number): Promise<void> => {
  await db.query(
    `insert into importer.job_slots (account_id, job_limit, remaining, observed_at, not_before)
     values ($1, 100, 0, clock_timestamp(), clock_timestamp() + make_interval(secs => $2))
     on conflict (account_id) do update set remaining = 0, observed_at = excluded.observed_at,
       not_before = excluded.not_before`,
    [accountId, seconds],
  );
};

/**
 * True to exactly one caller per `seconds`: that caller asks X how many slots are free, for all runs and workers of the
 * account. Only with the lock `slots` held.
 */
export const claimSlotsQuestion = async (tx: Queryable, accountId: AccountId, seconds: number): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update importer.job_slots set asked_at = clock_timestamp()
     where account_id = $1 and greatest(observed_at, asked_at) <= clock_timestamp() - make_interval(secs => $2)`,
    [accountId, seconds],
  );
  return rowCount === 1;
};
