import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** Why a run waits, and until when. */
export interface RunHold {
  readonly runId: RunId;
  readonly reason: string;
  /** Our clock. */
  readonly until: Instant;
}

/** What the runs wait for at X's limits now, one row per run that waits: of several holds the one that ends last. */
export const holdsOf = async (db: Queryable, viewer: Viewer, runIds: readonly RunId[]): Promise<readonly RunHold[]> => {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<RunHold & Record<string, unknown>>(
    `select distinct on (run_id) run_id as "runId", reason, until from importer.rate_limit_waiters
     where run_id = any($1) and until > clock_timestamp()
       and run_id in (select r.id::text from importer.import_runs r
         join importer.visible_connections($2) c on c.id = r.connection_id where r.id = any($1::uuid[]))
     order by run_id, until desc`,
    [runIds, viewer],
  );
  return rows;
};
