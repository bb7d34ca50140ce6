import type { Day, Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import type { RunKind, RunState, SliceCounts } from '../../domain/run.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

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
  /** Our clock, as `endedAt`. */
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
}

/** The slices of the run `id` by what became of them: one row, also for a run that has none yet. */
const countsOf = (id: string): string => `
  select count(*) filter (where s.state = 'planned') as planned,
    count(*) filter (where s.state = 'in_flight' and j.state is distinct from 'ready') as "inFlight",
    count(*) filter (where s.state = 'in_flight' and j.state = 'ready') as ready,
    count(*) filter (where s.state = 'landed') as landed,
    count(*) filter (where s.state = 'failed') as failed
  from importer.slices s
  left join importer.jobs j on j.slice_id = s.id and j.state in ('creating', 'processing', 'ready')
  where s.run_id = ${id}`;

const SELECT = `
  select r.id as "runId", r.account_id as "accountId", r.kind, r.first_day as "firstDay", r.last_day as "lastDay",
    r.state, r.reason, r.workflow_id as "workflowId", r.request_id as "requestId", r.started_at as "startedAt",
    r.ended_at as "endedAt", c.*
  from importer.visible_connections($2) v join importer.import_runs r on r.connection_id = v.id
  cross join lateral (${countsOf('r.id')}) c`;

/** The runs of a connection that the viewer sees, newest first, at most 200. */
export const runsOf = async (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
): Promise<readonly RunProgress[]> => {
  const { rows } = await db.query<RunProgress & Record<string, unknown>>(
    `${SELECT} where v.id = $1 order by r.started_at desc limit 200`,
    [connectionId, viewer],
  );
  return rows;
};

/** One run, where the viewer sees its connection. */
export const runOf = async (db: Queryable, viewer: Viewer, runId: RunId): Promise<RunProgress | undefined> => {
  const { rows } = await db.query<RunProgress & Record<string, unknown>>(`${SELECT} where r.id = $1`, [runId, viewer]);
  return rows[0];
};

/**
 * A run's slices by what became of them.
 * @throws {Error} when there is no such run
 */
export const sliceCounts = async (db: Queryable, runId: RunId): Promise<SliceCounts> => {
  const { rows } = await db.query<SliceCounts & Record<string, unknown>>(
    `select c.* from importer.import_runs r cross join lateral (${countsOf('r.id')}) c where r.id = $1`,
    [runId],
  );
  const [counts] = rows;
  if (!counts) throw new Error(`there is no import run ${runId}`);
  return counts;
};
