import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** What was freed of a run. */
export interface Freed {
  readonly runId: RunId;
  readonly accountId: AccountId;
  readonly claims: number;
  readonly slices: number;
  readonly jobs: number;
}

/**
 * Frees what the runs hold whose ids the query selects: claims are deleted, open slices released, open jobs ended. A job
 * that X may still compute is left at X, to be cancelled there. Answers the runs that held something.
 */
export const freeHeldBy = async (tx: Queryable, runs: string, params: unknown[]): Promise<readonly Freed[]> => {
  const { rows } = await tx.query<Freed & Record<string, unknown>>(
    `with run (id) as materialized (${runs}),
     claims as (
       delete from importer.ledger l using run where l.open_run_id = run.id returning run.id, l.account_id, 1 as kind),
     slices as (
       update importer.slices s set state = 'released' from run where s.open_run_id = run.id
       returning run.id, s.account_id, 2 as kind),
     jobs as (
       update importer.jobs j set ended_at = clock_timestamp(), reason = 'the run ended',
         left_at_x = j.state in ('creating', 'processing'),
         state = case when j.x_job_id is null then 'lost' else 'cancelled' end
       from run where j.open_run_id = run.id returning run.id, j.account_id, 3 as kind)
     select id as "runId", account_id as "accountId", count(*) filter (where kind = 1) as claims,
       count(*) filter (where kind = 2) as slices, count(*) filter (where kind = 3) as jobs
     from (select * from claims union all select * from slices union all select * from jobs) freed
     group by 1, 2`,
    params,
  );
  return rows;
};

/**
 * Frees what ended runs of an account still hold. The foreign keys of the ledger keep that from coming about; this heals
 * what came about without them, by a restore or by hand.
 */
export const freeHeldByEnded = (tx: Queryable, accountId: AccountId): Promise<readonly Freed[]> =>
  freeHeldBy(tx, `select id from importer.import_runs where account_id = $1 and state <> 'running'`, [accountId]);

/** The same for all accounts that a connection has had. */
export const freeHeldByEndedOf = (tx: Queryable, connectionId: ConnectionId): Promise<readonly Freed[]> =>
  freeHeldBy(
    tx,
    `select r.id from importer.import_runs r
     where r.state <> 'running' and (r.connection_id = $1
       or r.account_id in (select account_id from importer.grants where connection_id = $1))`,
    [connectionId],
  );
