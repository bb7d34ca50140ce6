import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** Why a run waits, and until when. */
export interface Hold {
  readonly runId: RunId;
  readonly reason: string;
  readonly until: Instant;
}

/** What the runs wait for at the gates now, one row per run: the wait that ends last decides. */
export const waitsOf = async (db: Queryable, runIds: readonly RunId[]): Promise<readonly Hold[]> => {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<Hold>(
    `select distinct on (run_id) run_id as "runId", reason, until from importer.rate_limit_waiters
     where run_id = any($1) and until > clock_timestamp() order by run_id, until desc`,
    [runIds],
  );
  return rows;
};
