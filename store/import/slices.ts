import type { PoolClient } from 'pg';
import type { DayRange } from '../../domain/calendar.js';
import type { AccountId, EntityId, RunId } from '../../domain/ids.js';
import type { Level, MetricSet, Placement } from '../../domain/levels.js';
import type { Queryable } from '../pool.js';

/** The unit of import: ids of one account × level × placement × metric set over a range of days. */
export interface Slice {
  readonly id: number;
  readonly accountId: AccountId;
  readonly runId: RunId;
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly entityIds: readonly EntityId[];
  readonly range: DayRange;
  /** How often X failed to compute it. */
  readonly failures: number;
  /** How often a finished file left its ids out. */
  readonly omissions: number;
}

export interface SliceRow {
  id: number;
  account_id: string;
  run_id: string;
  level: Level;
  placement: string;
  metric_set: MetricSet;
  entity_ids: string[];
  first_day: string;
  last_day: string;
  failures: number;
  omissions: number;
}

export const SLICE_COLUMNS =
  's.id, s.account_id, s.run_id, s.level, s.placement, s.metric_set, s.entity_ids, s.first_day, s.last_day, s.failures, s.omissions';

export const toSlice = (row: SliceRow): Slice => ({
  id: row.id,
  accountId: row.account_id,
  runId: row.run_id,
  level: row.level,
  placement: row.placement,
  metricSet: row.metric_set,
  entityIds: row.entity_ids,
  range: { from: row.first_day, to: row.last_day } as DayRange,
  failures: row.failures,
  omissions: row.omissions,
});

/** Puts a slice back to be submitted again, not before some seconds have passed. */
export const replanSlice = async (
  tx: Queryable,
  sliceId: number,
  why: { reason: string; afterSeconds: number; failed?: boolean },
): Promise<void> => {
  await tx.query(
    `update importer.slices set state = 'planned', reason = $2, failures = failures + $4,
       not_before = clock_timestamp() + make_interval(secs => $3)
     where id = $1 and state = 'in_flight'`,
    [sliceId, why.reason, why.afterSeconds, why.failed === true ? 1 : 0],
  );
};

export const settleSlice = async (
  tx: Queryable,
  sliceId: number,
  state: 'landed' | 'failed' | 'split',
  reason?: string,
): Promise<void> => {
  await tx.query('update importer.slices set state = $2, reason = $3 where id = $1', [sliceId, state, reason ?? null]);
};

/** Makes a slice of some ids of another, and hands it their claims. */
export const splitOff = async (
  tx: PoolClient,
  parentId: number,
  entityIds: readonly EntityId[],
  why: { reason: string; afterSeconds: number; failures: number; omissions: number },
): Promise<void> => {
  const { rows } = await tx.query<{ id: number }>(
    `insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day, failures, omissions, reason, not_before)
     select account_id, run_id, level, placement, metric_set, $2, first_day, last_day, $3, $4, $5,
       clock_timestamp() + make_interval(secs => $6)
     from importer.slices where id = $1 returning id`,
    [parentId, entityIds, why.failures, why.omissions, why.reason, why.afterSeconds],
  );
  await tx.query(
    `update importer.ledger set slice_id = $2 where slice_id = $1 and state = 'open' and entity_id = any($3)`,
    [parentId, rows[0]?.id, entityIds],
  );
};

/** The planned slices of a placement that stats refuse: none of them needs to be tried. */
export const plannedOfPlacement = async (
  tx: Queryable,
  runId: RunId,
  placement: Placement,
): Promise<readonly Slice[]> => {
  const { rows } = await tx.query<SliceRow>(
    `select ${SLICE_COLUMNS} from importer.slices s where run_id = $1 and placement = $2 and state in ('planned', 'in_flight') for update`,
    [runId, placement],
  );
  return rows.map(toSlice);
};
