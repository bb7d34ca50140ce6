import type { CoveredTime } from '../../domain/feed-windows.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { Activity } from '../../domain/plan.js';
import type { Queryable } from '../pool.js';

/** One entity on one placement, as an `active_entities` answer names it. */
export interface AskRecord {
  readonly entityId: string;
  readonly placement: string;
  readonly days: DayRange;
  readonly activityFrom: Instant;
  readonly activityTo: Instant;
}

/** One stored `active_entities` answer. */
export interface Ask {
  readonly accountId: AccountId;
  readonly runId: RunId;
  readonly level: Level;
  readonly windowFrom: Instant;
  readonly windowTo: Instant;
  /** The days for which this ask, with the others of its run and level, tells everything. */
  readonly range: DayRange;
  readonly observedAt: Instant;
  readonly responseSha256: string;
  readonly records: readonly AskRecord[];
}

/** Stores answers with their records. Safe to repeat: a window that a run has asked is not stored again. */
export const saveAsks = async (tx: Queryable, asks: readonly Ask[]): Promise<void> => {
  for (const ask of asks) {
    const { rows } = await tx.query<{ id: number }>(
      `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (run_id, level, window_from, window_to) do nothing returning id`,
      [
        ask.accountId,
        ask.runId,
        ask.level,
        ask.windowFrom,
        ask.windowTo,
        ask.range.from,
        ask.range.to,
        ask.observedAt,
        ask.responseSha256,
      ],
    );
    const id = rows[0]?.id;
    if (id === undefined) continue;
    await tx.query(
      `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
       select $1, $2, $3, entity_id, placement, range_merge(range_agg(daterange(first_day, last_day, '[]'))), min(activity_from), max(activity_to)
       from unnest($4::text[], $5::text[], $6::date[], $7::date[], $8::timestamptz[], $9::timestamptz[])
         as r (entity_id, placement, first_day, last_day, activity_from, activity_to)
       group by entity_id, placement`,
      [
        id,
        ask.accountId,
        ask.level,
        ask.records.map((r) => r.entityId),
        ask.records.map((r) => r.placement),
        ask.records.map((r) => r.days.from),
        ask.records.map((r) => r.days.to),
        ask.records.map((r) => r.activityFrom),
        ask.records.map((r) => r.activityTo),
      ],
    );
  }
};

interface ActivityRow {
  level: Level;
  entity_id: string;
  placement: string;
  first_day: string;
  last_day: string;
  asked_at: Instant;
}

const toActivity = (row: ActivityRow): Activity => ({
  level: row.level,
  entityId: row.entity_id,
  placement: row.placement,
  days: { from: row.first_day, to: row.last_day } as DayRange,
  askedAt: row.asked_at,
});

/** What a run's asks named, over the days they touch. */
export const activityOf = async (db: Queryable, runId: RunId): Promise<readonly Activity[]> => {
  const { rows } = await db.query<ActivityRow>(
    `select r.level, r.entity_id, r.placement, lower(r.days) as first_day, upper(r.days) - 1 as last_day, a.observed_at as asked_at
     from importer.ask_records r join importer.asks a on a.id = r.ask_id where a.run_id = $1`,
    [runId],
  );
  return rows.map(toActivity);
};

/**
 * The asks that follow X's changes without a gap: those of daily syncs and of the history before them. A manual backfill
 * asks about its days as a whole; what it named says nothing of a change, or every backfill would be read a second time.
 */
const FEED = `(select i.kind <> 'manual' from importer.import_runs i where i.id = a.run_id)`;

/**
 * What all asks of an account have named in days of the range. When a day was named matters from `correctedFrom` on, where
 * the feed named it; before it, and to other asks, only that it was, so those days come as one row for as many of them as
 * touch. Otherwise an account of a thousand ads would read half a million rows a day after a year, one for each ad and ask.
 */
export const activityIn = async (
  db: Queryable,
  accountId: AccountId,
  range: DayRange,
  correctedFrom: Day,
): Promise<readonly Activity[]> => {
  const { rows } = await db.query<ActivityRow>(
    `with wanted as (select daterange($2, $3, '[]') as days),
     settled as (select days * daterange(null, $4) as days from wanted),
     corrected as (select days * daterange($4, null) as days from wanted)
     select level, entity_id, placement, lower(days) as first_day, upper(days) - 1 as last_day, asked_at
     from (
       select r.level, r.entity_id, r.placement, unnest(range_agg(r.days * s.days)) as days, max(a.observed_at) as asked_at
       from settled s, importer.ask_records r join importer.asks a on a.id = r.ask_id
       where r.account_id = $1 and r.days && s.days
       group by r.level, r.entity_id, r.placement
       union all
       select r.level, r.entity_id, r.placement, r.days * c.days,
         case when ${FEED} then a.observed_at else '1970-01-01Z' end
       from corrected c, importer.ask_records r join importer.asks a on a.id = r.ask_id
       where r.account_id = $1 and r.days && c.days
     ) named`,
    [accountId, range.from, range.to, correctedFrom],
  );
  return rows.map(toActivity);
};

/**
 * The times that the feed has told everything about, by level. An ask tells until `overlapHours` before the last whole hour
 * that had passed when it was answered. Asks that meet come as one: a year of daily asks is one row a level.
 */
export const toldTimes = async (
  db: Queryable,
  accountId: AccountId,
  overlapHours: number,
): Promise<readonly (CoveredTime & { readonly level: Level })[]> => {
  const { rows } = await db.query<CoveredTime & { level: Level }>(
    `select level, lower(time) as "from", upper(time) as until
     from (
       select level, unnest(range_agg(tstzrange(window_from, known))) as time
       from importer.asks a, lateral (
         select least(window_to, date_trunc('hour', observed_at, 'UTC') - make_interval(hours => $2)) as known) k
       where account_id = $1 and known > window_from and ${FEED}
       group by level
     ) told`,
    [accountId, overlapHours],
  );
  return rows;
};

/** X's now when the run first asked: no job of the run is older. */
export const askedAt = async (db: Queryable, runId: RunId): Promise<Instant | undefined> => {
  const { rows } = await db.query<{ observed_at: Instant | null }>(
    'select min(observed_at) as observed_at from importer.asks where run_id = $1',
    [runId],
  );
  return rows[0]?.observed_at ?? undefined;
};
