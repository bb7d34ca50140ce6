import type { Day, Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** A slice that has a day in it, with its last job and its receipt. */
export interface SliceOfDay {
  readonly level: Level;
  readonly placement: string;
  readonly metricSet: string;
  readonly state: string;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly entities: number;
  readonly reason: string | null;
  readonly failures: number;
  readonly runId: string;
  readonly xJobId: string | null;
  readonly askedAt: Instant | null;
  readonly landedAt: Instant | null;
  /** X's clock. */
  readonly observedAt: Instant | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly rows: number | null;
}

const MOST = 1_000;

/** Newest first within a level and placement. */
export const slicesOfDay = async (
  db: Queryable,
  viewer: Viewer,
  accountId: AccountId,
  day: Day,
): Promise<readonly SliceOfDay[]> => {
  const { rows } = await db.query<SliceOfDay & Record<string, unknown>>(
    `select s.level, s.placement, s.metric_set as "metricSet", s.state, s.first_day as "firstDay",
       s.last_day as "lastDay", cardinality(s.entity_ids) as entities, coalesce(s.reason, j.reason) as reason, s.failures,
       s.run_id as "runId", coalesce(p.x_job_id, j.x_job_id) as "xJobId", j.attempted_at as "askedAt",
       p.landed_at as "landedAt", p.observed_at as "observedAt", p.response_sha256 as sha256, p.response_bytes as bytes,
       p.rows_read as rows
     from importer.visible_accounts($3) a
     join importer.slices s on s.account_id = a.id
     left join lateral (
       select * from importer.jobs j where j.slice_id = s.id order by j.id desc limit 1) j on true
     left join lateral (
       select * from importer.receipts p where p.slice_id = s.id order by p.id desc limit 1) p on true
     where a.id = $1 and s.first_day <= $2 and s.last_day >= $2
     order by s.level, s.placement, s.metric_set, s.id desc limit ${MOST}`,
    [accountId, day, viewer],
  );
  return rows;
};
