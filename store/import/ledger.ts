import type { PoolClient } from 'pg';
import { addDays } from '../../domain/calendar.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, EntityId, RunId } from '../../domain/ids.js';
import type { Level, MetricSet, Placement } from '../../domain/levels.js';
import type { LedgerEntry, PlannedSlice } from '../../domain/plan.js';
import { lockUntilCommit, LOCKS } from '../locks.js';
import { queryJson } from '../json-text.js';
import type { JsonText } from '../json-text.js';
import type { Queryable } from '../pool.js';

/** What is free is decided and claimed under this lock, which is held until the commit. */
export const lockPlanning = (tx: PoolClient, accountId: AccountId): Promise<void> =>
  lockUntilCommit(tx, LOCKS.planning(accountId));

/**
 * What the ledger holds for an account in days of the range. From `correctedFrom` on, each landing is a row of its own,
 * because it matters to a run that looks for corrections when a day has landed. Of earlier days it only matters that
 * they have: they are joined into one row for each run of adjacent days, so that planning stays as quick after a year
 * of daily syncs as on the first day. (Default: all days are joined)
 *
 * An open slice of another run holds all days of its range for all its ids, also those that it did not claim: they land
 * with it.
 */
export const ledgerOf = (
  db: Queryable,
  accountId: AccountId,
  range: DayRange,
  runId: RunId,
  correctedFrom?: Day,
): Promise<JsonText<readonly LedgerEntry[]>> =>
  queryJson(
    db,
    `with wanted as (select daterange($2, $3, '[]') as days),
     earlier as (select days * daterange(null, $5) as days from wanted),
     corrected as (select days * daterange($5, null) as days from wanted)
     select level, entity_id as "entityId", placement, metric_set as "metricSet",
       json_build_object('from', lower(days), 'to', upper(days) - 1) as days, state, observed_at as "observedAt", mine
     from (
       select l.level, l.entity_id, l.placement, l.metric_set, unnest(range_agg(l.days * e.days)) as days, l.state,
         max(l.observed_at) as observed_at, l.run_id = $4 as mine
       from earlier e, importer.ledger l where l.account_id = $1 and l.days && e.days
       group by l.level, l.entity_id, l.placement, l.metric_set, l.state, l.run_id = $4
       union all
       select l.level, l.entity_id, l.placement, l.metric_set, l.days * c.days, l.state, l.observed_at, l.run_id = $4
       from corrected c, importer.ledger l where l.account_id = $1 and l.days && c.days
       union all
       select s.level, unnest(s.entity_ids), s.placement, s.metric_set, daterange(s.first_day, s.last_day, '[]'),
         'open', null, false
       from wanted w, importer.import_runs r
       join importer.slices s on s.run_id = r.id and s.state in ('planned', 'in_flight')
       where r.account_id = $1 and r.state = 'running' and r.id <> $4
         and daterange(s.first_day, s.last_day, '[]') && w.days
         and exists (select from importer.ledger l where l.slice_id = s.id and l.state = 'open')
     ) held`,
    [accountId, range.from, range.to, runId, correctedFrom ?? addDays(range.to, 1)],
  );

/** Stores planned slices, in their order, and claims their entity-days for the run. */
export const claimSlices = async (
  tx: PoolClient,
  run: { readonly id: RunId; readonly accountId: AccountId },
  slices: JsonText<readonly PlannedSlice[]>,
): Promise<void> => {
  await tx.query(
    `with planned as materialized (
       select nextval(pg_get_serial_sequence('importer.slices', 'id')) as id, p.* from (
         select (s ->> 'level')::importer.level as level, s ->> 'placement' as placement, s ->> 'metricSet' as metric_set,
           s -> 'entityIds' as ids, s -> 'range' as range, s -> 'claims' as claims
         from jsonb_array_elements($3::jsonb) with ordinality as e (s, n) order by n) as p),
     stored as (
       insert into importer.slices (id, account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day)
       overriding system value
       select id, $1, $2, level, placement, metric_set, array(select jsonb_array_elements_text(ids)),
         (range ->> 'from')::date, (range ->> 'to')::date
       from planned)
     insert into importer.ledger (account_id, run_id, level, placement, metric_set, slice_id, state, entity_id, days)
     select $1, $2, level, placement, metric_set, id, 'open', c."entityId",
       daterange((c.days ->> 'from')::date, (c.days ->> 'to')::date, '[]')
     from planned, jsonb_to_recordset(claims) as c ("entityId" text, days jsonb)`,
    [run.accountId, run.id, slices],
  );
};

export interface Landed {
  readonly runId: RunId;
  readonly accountId: AccountId;
  readonly sliceId: number;
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly range: DayRange;
  /** The ids that the file answers: all their days in the range are known now, days without a number too. */
  readonly entityIds: readonly EntityId[];
  readonly receiptId: number;
  readonly observedAt: Instant;
}

/**
 * Cuts the days out of older rows that they replace: what reaches beyond them stays, with its receipt. So the ledger
 * grows with the entities and not with how often they are read.
 */
const makeRoom = async (
  tx: Queryable,
  key: readonly unknown[],
  days: readonly unknown[],
  older: string,
  params: readonly unknown[] = [],
): Promise<void> => {
  await tx.query(
    `with gone as (
       delete from importer.ledger
       where account_id = $1 and level = $2 and placement = $3 and metric_set = $4 and entity_id = any($5)
         and days && daterange($6, $7, '[]') and (${older})
       returning *)
     insert into importer.ledger (account_id, level, placement, metric_set, entity_id, days, state, run_id, slice_id,
       receipt_id, observed_at, reason)
     select account_id, level, placement, metric_set, entity_id,
       unnest(datemultirange(days) - datemultirange(daterange($6, $7, '[]'))), state, run_id, slice_id, receipt_id,
       observed_at, reason
     from gone`,
    [...key, ...days, ...params],
  );
};

/** Records what a file has answered. Older landings and failures of the same days are replaced. */
export const recordLanded = async (tx: PoolClient, landed: Landed): Promise<void> => {
  const key = [landed.accountId, landed.level, landed.placement, landed.metricSet, landed.entityIds];
  const days = [landed.range.from, landed.range.to];
  await tx.query(`delete from importer.ledger where slice_id = $1 and state = 'open' and entity_id = any($2)`, [
    landed.sliceId,
    landed.entityIds,
  ]);
  await makeRoom(tx, key, days, `state in ('failed', 'unavailable') or (state = 'landed' and observed_at <= $8)`, [
    landed.observedAt,
  ]);
  await tx.query(
    `insert into importer.ledger (account_id, level, placement, metric_set, entity_id, days, state, run_id, slice_id,
       receipt_id, observed_at)
     select $1, $2, $3, $4, entity_id, daterange($6, $7, '[]'), 'landed', $8, $9, $10, $11
     from unnest($5::text[]) as e (entity_id)`,
    [...key, ...days, landed.runId, landed.sliceId, landed.receiptId, landed.observedAt],
  );
};

export interface Unanswered {
  readonly sliceId: number;
  readonly entityIds: readonly EntityId[];
  readonly state: 'failed' | 'unavailable';
  /** The sentence that people read. */
  readonly reason: string;
}

/**
 * Records what X does not answer: the claims of these ids become failed or unavailable and replace an older refusal.
 */
export const recordUnanswered = async (
  tx: Queryable,
  { sliceId, entityIds, state, reason }: Unanswered,
): Promise<void> => {
  await tx.query(
    `delete from importer.ledger old using importer.ledger new
     where new.slice_id = $1 and new.state = 'open' and new.entity_id = any($2)
       and old.state in ('failed', 'unavailable') and old.account_id = new.account_id and old.level = new.level
       and old.entity_id = new.entity_id and old.placement = new.placement and old.metric_set = new.metric_set
       and old.days <@ new.days`,
    [sliceId, entityIds],
  );
  await tx.query(
    `update importer.ledger set state = $3, reason = $4 where slice_id = $1 and state = 'open' and entity_id = any($2)`,
    [sliceId, entityIds, state, reason],
  );
};
