import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** Why a run waits, and until when. */
export interface RunHold {
  readonly runId: RunId;
  readonly reason: string;
  /** Our clock. */
  readonly until: Instant;
}

/** What the runs wait for at X's limits now, one row per run that waits: of several holds the one that ends last. */
export const holdsOf = async (db: Queryable, runIds: readonly RunId[]): Promise<readonly RunHold[]> => {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<RunHold & Record<string, unknown>>(
    `select distinct on (run_id) run_id as "runId", reason, until from importer.rate_limit_waiters
     where run_id = any($1) and until > clock_timestamp() order by run_id, until desc`,
    [runIds],
  );
  return rows;
};
