import type { CoveredTime } from '../../domain/feed-windows.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { Activity } from '../../domain/plan.js';
import { queryJson } from '../json-text.js';
import type { JsonText } from '../json-text.js';
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
  /** The days for which this ask, with the others of its run and level, names everything that is active. */
  readonly range: DayRange;
  readonly observedAt: Instant;
  readonly responseSha256: string;
  readonly records: readonly AskRecord[];
  /** What X named and cannot be read, each with the reason: the days are not complete. (Default: nothing) */
  readonly unread?: string;
}

/** Records in one statement: enough for all answers about most accounts, and few enough to write in one go. */
const RECORDS_PER_STATEMENT = 10_000;

/**
 * Stores answers with their records: all answers in one statement, and then their records, whole answers at a time. Safe to
 * repeat: a window that a run has asked is not stored again.
 */
export const saveAsks = async (tx: Queryable, asks: readonly Ask[]): Promise<void> => {
  if (asks.length === 0) return;
  const { rows: stored } = await tx.query<{ id: number; n: number }>(
    `with answers as (
       select * from unnest($1::text[], $2::uuid[], $3::importer.level[], $4::timestamptz[], $5::timestamptz[], $6::date[],
         $7::date[], $8::timestamptz[], $9::text[], $10::text[]) with ordinality
         as x (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256,
           unread, n)),
     added as (
       insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at,
         response_sha256, unread)
       select account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256, unread
       from answers order by n
       on conflict (run_id, level, window_from, window_to) do nothing
       returning id, run_id, level, window_from, window_to)
     select id, n from added join answers using (run_id, level, window_from, window_to)`,
    [
      asks.map(({ accountId }) => accountId),
      asks.map(({ runId }) => runId),
      asks.map(({ level }) => level),
      asks.map(({ windowFrom }) => windowFrom),
      asks.map(({ windowTo }) => windowTo),
      asks.map(({ range }) => range.from),
      asks.map(({ range }) => range.to),
      asks.map(({ observedAt }) => observedAt),
      asks.map(({ responseSha256 }) => responseSha256),
      asks.map(({ unread }) => unread ?? null),
    ],
  );
  let part: StoredAsk[] = [];
  let size = 0;
  for (const { id, n } of stored) {
    const ask = asks[n - 1];
    if (ask === undefined) continue;
    if (part.length > 0 && size + ask.records.length > RECORDS_PER_STATEMENT) {
      await saveRecords(tx, part);
      part = [];
      size = 0;
    }
    part.push({ id, ask });
    size += ask.records.length;
  }
  await saveRecords(tx, part);
};

interface StoredAsk {
  readonly id: number;
  readonly ask: Ask;
}

const saveRecords = async (tx: Queryable, asks: readonly StoredAsk[]): Promise<void> => {
  const records = asks.flatMap(({ id, ask }) => ask.records.map((record) => ({ ...record, id, ask })));
  if (records.length === 0) return;
  await tx.query(
    `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
     select ask_id, account_id, level, entity_id, placement, range_merge(range_agg(daterange(first_day, last_day, '[]'))),
       min(activity_from), max(activity_to)
     from unnest($1::bigint[], $2::text[], $3::importer.level[], $4::text[], $5::text[], $6::date[], $7::date[],
       $8::timestamptz[], $9::timestamptz[])
       as r (ask_id, account_id, level, entity_id, placement, first_day, last_day, activity_from, activity_to)
     group by ask_id, account_id, level, entity_id, placement`,
    [
      records.map(({ id }) => id),
      records.map(({ ask }) => ask.accountId),
      records.map(({ ask }) => ask.level),
      records.map(({ entityId }) => entityId),
      records.map(({ placement }) => placement),
      records.map(({ days }) => days.from),
      records.map(({ days }) => days.to),
      records.map(({ activityFrom }) => activityFrom),
      records.map(({ activityTo }) => activityTo),
    ],
  );
};

const DAYS = `json_build_object('from', lower(days), 'to', upper(days) - 1) as days`;

/** What a run's asks named, over the days that it touches. */
export const activityOfRun = (db: Queryable, runId: RunId): Promise<JsonText<readonly Activity[]>> =>
  queryJson(
    db,
    `select r.level, r.entity_id as "entityId", r.placement, ${DAYS}, a.observed_at as "askedAt"
     from importer.ask_records r join importer.asks a on a.id = r.ask_id where a.run_id = $1`,
    [runId],
  );

/**
 * The asks that follow X's change feed without a gap: those of daily syncs and of the history before them. A manual
 * backfill asks about its days as a whole, so what it named is no change: otherwise every backfill would be read twice.
 */
const FEED = `(select i.kind <> 'manual' from importer.import_runs i where i.id = a.run_id)`;

/**
 * What all asks of an account have named in days of the range. From `correctedFrom` on, each ask of the feed is a row
 * of its own, because it matters when a day was named. Before it, and for other asks, it only matters that a day was
 * named: those days are joined into one row for each entity, placement and run of adjacent days. Otherwise an account
 * of a thousand ads would read half a million rows a day after a year, one for each ad and ask.
 */
export const activityIn = (
  db: Queryable,
  accountId: AccountId,
  range: DayRange,
  correctedFrom: Day,
): Promise<JsonText<readonly Activity[]>> =>
  queryJson(
    db,
    `with wanted as (select daterange($2, $3, '[]') as days),
     earlier as (select days * daterange(null, $4) as days from wanted),
     corrected as (select days * daterange($4, null) as days from wanted)
     select level, entity_id as "entityId", placement, ${DAYS}, asked_at as "askedAt"
     from (
       select r.level, r.entity_id, r.placement, unnest(range_agg(r.days * e.days)) as days,
         max(a.observed_at) as asked_at
       from earlier e, importer.ask_records r join importer.asks a on a.id = r.ask_id
       where r.account_id = $1 and r.days && e.days
       group by r.level, r.entity_id, r.placement
       union all
       select r.level, r.entity_id, r.placement, r.days * c.days,
         case when ${FEED} then a.observed_at else '1970-01-01Z' end
       from corrected c, importer.ask_records r join importer.asks a on a.id = r.ask_id
       where r.account_id = $1 and r.days && c.days
     ) named`,
    [accountId, range.from, range.to, correctedFrom],
  );

/**
 * The times about which the feed has been asked completely, by level; not those of answers that could not be read whole. An ask covers the time until `overlapHours`
 * before the last whole hour that had passed when X answered. Asks that touch are joined: a year of daily asks is one
 * row a level.
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
       where account_id = $1 and known > window_from and unread is null and ${FEED}
       group by level
     ) told`,
    [accountId, overlapHours],
  );
  return rows;
};

/** X's clock when the run first asked: no job of the run is older. */
export const askedAt = async (db: Queryable, runId: RunId): Promise<Instant | undefined> => {
  const { rows } = await db.query<{ askedAt: Instant | null }>(
    'select min(observed_at) as "askedAt" from importer.asks where run_id = $1',
    [runId],
  );
  return rows[0]?.askedAt ?? undefined;
};
