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
  /** How often X failed to compute it, or its file could not be read. */
  readonly failures: number;
  /** How often its job ended before it could be read. */
  readonly interruptions: number;
  /** How often a finished file left its ids out, or had numbers of them that cannot be read. */
  readonly omissions: number;
}

/** The slice `s` as one JSON value. */
export const SLICE = `json_build_object('id', s.id, 'accountId', s.account_id, 'runId', s.run_id, 'level', s.level,
  'placement', s.placement, 'metricSet', s.metric_set, 'entityIds', s.entity_ids,
  'range', json_build_object('from', s.first_day, 'to', s.last_day), 'failures', s.failures,
  'interruptions', s.interruptions, 'omissions', s.omissions)`;

/** Plans a slice anew, counting why; it is not submitted before some seconds have passed. */
export const replanSlice = async (
  tx: Queryable,
  sliceId: number,
  why: {
    readonly reason: string;
    readonly afterSeconds: number;
    /** (Default: none; X was not asked) */
    readonly counts?: 'failures' | 'interruptions';
  },
): Promise<void> => {
  await tx.query(
    `update importer.slices set state = 'planned', reason = $2,
       failures = failures + ($4 = 'failures')::int, interruptions = interruptions + ($4 = 'interruptions')::int,
       not_before = clock_timestamp() + make_interval(secs => $3)
     where id = $1 and state = 'in_flight'`,
    [sliceId, why.reason, why.afterSeconds, why.counts ?? ''],
  );
};

export const endSlice = async (
  tx: Queryable,
  sliceId: number,
  state: 'landed' | 'failed' | 'split',
  reason?: string,
): Promise<void> => {
  await tx.query('update importer.slices set state = $2, reason = $3 where id = $1', [sliceId, state, reason ?? null]);
};

/** Makes a slice of some ids of another, and moves their claims to it. */
export const splitOff = async (
  tx: PoolClient,
  parentId: number,
  entityIds: readonly EntityId[],
  why: { readonly reason: string; readonly afterSeconds: number; readonly omissions: number },
): Promise<void> => {
  const { rows } = await tx.query<{ id: number }>(
    `insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day,
       omissions, reason, not_before)
     select account_id, run_id, level, placement, metric_set, $2, first_day, last_day, $3, $4,
       clock_timestamp() + make_interval(secs => $5)
     from importer.slices where id = $1 returning id`,
    [parentId, entityIds, why.omissions, why.reason, why.afterSeconds],
  );
  await tx.query(
    `update importer.ledger set slice_id = $2 where slice_id = $1 and state = 'open' and entity_id = any($3)`,
    [parentId, rows[0]?.id, entityIds],
  );
};

/**
 * The slices of a run that have not ended and name a placement that X's stats refuse: none of them needs to be tried.
 */
export const openSlicesOfPlacement = async (
  tx: Queryable,
  runId: RunId,
  placement: Placement,
): Promise<readonly Slice[]> => {
  const { rows } = await tx.query<{ slice: Slice }>(
    `select ${SLICE} as slice from importer.slices s
     where run_id = $1 and placement = $2 and state in ('planned', 'in_flight') for update`,
    [runId, placement],
  );
  return rows.map(({ slice }) => slice);
};
