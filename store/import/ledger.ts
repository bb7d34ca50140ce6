import type { PoolClient } from 'pg';
import { addDays } from '../../domain/calendar.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, EntityId, RunId } from '../../domain/ids.js';
import type { Level, MetricSet, Placement } from '../../domain/levels.js';
import type { LedgerEntry, PlannedSlice } from '../../domain/plan.js';
import type { Queryable } from '../pool.js';

/** One planner of an account at a time: what is free is decided and claimed under one lock, held to the commit. */
export const lockPlanning = async (tx: PoolClient, accountId: AccountId): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('plan/' || $1, 0))`, [accountId]);
};

/**
 * What the ledger holds for an account in days of the range. When a day has landed matters to a run that looks for
 * corrections, from `correctedFrom` on; of all other days only that it has, so those come as one row for as many of them
 * as touch, and planning stays as quick after a year of daily syncs as on the first day. (Default: all days are such)
 *
 * A slice of another run that is still to land holds all days of its range for all its ids, also those that it reads in
 * passing: they land with it.
 */
export const ledgerOf = async (
  db: Queryable,
  accountId: AccountId,
  range: DayRange,
  runId: RunId,
  correctedFrom?: Day,
): Promise<readonly LedgerEntry[]> => {
  const { rows } = await db.query<{
    level: Level;
    entity_id: string;
    placement: string;
    metric_set: MetricSet;
    first_day: string;
    last_day: string;
    state: LedgerEntry['state'];
    observed_at: Instant | null;
    mine: boolean;
  }>(
    `with wanted as (select daterange($2, $3, '[]') as days),
     settled as (select days * daterange(null, $5) as days from wanted),
     corrected as (select days * daterange($5, null) as days from wanted)
     select level, entity_id, placement, metric_set, lower(days) as first_day, upper(days) - 1 as last_day, state, observed_at, mine
     from (
       select l.level, l.entity_id, l.placement, l.metric_set, unnest(range_agg(l.days * s.days)) as days, l.state,
         max(l.observed_at) as observed_at, l.run_id = $4 as mine
       from settled s, importer.ledger l where l.account_id = $1 and l.days && s.days
       group by l.level, l.entity_id, l.placement, l.metric_set, l.state, l.run_id = $4
       union all
       select l.level, l.entity_id, l.placement, l.metric_set, l.days * c.days, l.state, l.observed_at, l.run_id = $4
       from corrected c, importer.ledger l where l.account_id = $1 and l.days && c.days
       union all
       select s.level, unnest(s.entity_ids), s.placement, s.metric_set, daterange(s.first_day, s.last_day, '[]'), 'open', null, false
       from wanted w, importer.import_runs r join importer.slices s on s.run_id = r.id and s.state in ('planned', 'in_flight')
       where r.account_id = $1 and r.state = 'running' and r.id <> $4 and daterange(s.first_day, s.last_day, '[]') && w.days
         and exists (select from importer.ledger l where l.slice_id = s.id and l.state = 'open')
     ) held`,
    [accountId, range.from, range.to, runId, correctedFrom ?? addDays(range.to, 1)],
  );
  return rows.map((row) => ({
    level: row.level,
    entityId: row.entity_id,
    placement: row.placement,
    metricSet: row.metric_set,
    days: { from: row.first_day, to: row.last_day } as DayRange,
    state: row.state,
    observedAt: row.observed_at,
    mine: row.mine,
  }));
};

/** Stores planned slices and claims their entity-days for the run; a thousand slices are three statements. */
export const claimSlices = async (
  tx: PoolClient,
  run: { id: RunId; accountId: AccountId },
  slices: readonly PlannedSlice[],
): Promise<void> => {
  if (slices.length === 0) return;
  const { rows } = await tx.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('importer.slices', 'id')) as id from generate_series(1, $1)`,
    [slices.length],
  );
  const numbered = slices.map((slice, i) => ({ ...slice, id: rows[i]?.id }));
  await tx.query(
    `insert into importer.slices (id, account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day)
     overriding system value
     select s.id, $1, $2, s.level::importer.level, s.placement, s."metricSet",
       array(select jsonb_array_elements_text(s."entityIds")), (s.range ->> 'from')::date, (s.range ->> 'to')::date
     from jsonb_to_recordset($3::jsonb) as s (id bigint, level text, placement text, "metricSet" text, "entityIds" jsonb, range jsonb)`,
    [run.accountId, run.id, JSON.stringify(numbered)],
  );
  await tx.query(
    `insert into importer.ledger (account_id, run_id, level, placement, metric_set, slice_id, state, entity_id, days)
     select $1, $2, s.level::importer.level, s.placement, s."metricSet", s.id, 'open', c."entityId",
       daterange((c.days ->> 'from')::date, (c.days ->> 'to')::date, '[]')
     from jsonb_to_recordset($3::jsonb) as s (id bigint, level text, placement text, "metricSet" text, claims jsonb),
       jsonb_to_recordset(s.claims) as c ("entityId" text, days jsonb)`,
    [run.accountId, run.id, JSON.stringify(numbered)],
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
  /** The ids that the file answered: all their days in the range are known now, the empty ones too. */
  readonly entityIds: readonly EntityId[];
  readonly receiptId: number;
  readonly observedAt: Instant;
}

/**
 * Cuts the days out of older rows that they replace: what reaches beyond them stays, with the receipt it has. So the
 * ledger grows with the entities and not with the readings.
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
     insert into importer.ledger (account_id, level, placement, metric_set, entity_id, days, state, run_id, slice_id, receipt_id, observed_at, reason)
     select account_id, level, placement, metric_set, entity_id,
       unnest(datemultirange(days) - datemultirange(daterange($6, $7, '[]'))), state, run_id, slice_id, receipt_id, observed_at, reason
     from gone`,
    [...key, ...days, ...params],
  );
};

/**
 * Notes what a file has answered. Rows that an answer of a later moment makes superfluous go, and
 * failures that are healed go with them.
 */
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
    `insert into importer.ledger (account_id, level, placement, metric_set, entity_id, days, state, run_id, slice_id, receipt_id, observed_at)
     select $1, $2, $3, $4, entity_id, daterange($6, $7, '[]'), 'landed', $8, $9, $10, $11 from unnest($5::text[]) as e (entity_id)`,
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

/** Settles what X cannot answer: the claims of these ids become failed or unavailable, in place of an older refusal. */
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
