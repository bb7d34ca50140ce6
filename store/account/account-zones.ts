import type { PoolClient } from 'pg';
import { activeDays } from '../../domain/feed-windows.js';
import type { Instant, Zone, ZonePeriod } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { switchBetween, zonesAfter } from '../../domain/zones.js';
import type { ObservedZone } from '../../domain/zones.js';
import type { Queryable } from '../pool.js';

/** The zones that the account `a` has had, oldest first, as one JSON value. */
export const ZONES = `coalesce((select jsonb_agg(jsonb_build_object('zone', z.zone,
    'since', case when isfinite(z.since) then to_char(z.since, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
    'firstDay', case when isfinite(z.first_day) then z.first_day end) order by z.since)
  from importer.account_zones z where z.account_id = a.id), '[]')`;

const savePeriod = async (
  tx: Queryable,
  accountId: AccountId,
  { zone, since, firstDay }: ZonePeriod,
  before: ZonePeriod | undefined,
  observedAt: Instant,
): Promise<void> => {
  const zoneSwitch = before && switchBetween(before, { zone, since, firstDay });
  await tx.query(
    `insert into importer.account_zones (account_id, since, first_day, zone, switch_day, switch_note, observed_at)
     values ($1, coalesce($2, '-infinity'::timestamptz), coalesce($3, '-infinity'::date), $4, $5, $6, $7)`,
    [accountId, since, firstDay, zone, zoneSwitch?.day ?? null, zoneSwitch?.note ?? null, observedAt],
  );
};

/**
 * Answers that were stored before the switch was known name days by the old zone; the days of the new zone are added.
 */
const addDaysOfNewZone = async (
  tx: Queryable,
  accountId: AccountId,
  zones: readonly ZonePeriod[],
  since: Instant,
): Promise<void> => {
  const { rows } = await tx.query<{
    askId: number;
    entityId: string;
    placement: string;
    from: Instant;
    to: Instant;
  }>(
    `select ask_id as "askId", entity_id as "entityId", placement, activity_from as "from", activity_to as "to"
     from importer.ask_records where account_id = $1 and activity_to > $2`,
    [accountId, since],
  );
  const renamed = rows.map(({ from, to, ...record }) => ({ ...record, ...activeDays(from, to, zones) }));
  await tx.query(
    `update importer.ask_records r set days = range_merge(r.days, daterange(x."from", x."to", '[]'))
     from jsonb_to_recordset($1::jsonb) as x ("askId" bigint, "entityId" text, placement text, "from" date, "to" date)
     where (r.ask_id, r.entity_id, r.placement) = (x."askId", x."entityId", x.placement)`,
    [JSON.stringify(renamed)],
  );
};

/**
 * Days after the switch that were read before the switch was known were cut by the old zone: they count as not landed,
 * so that the next import reads them as X has them now. Days before the switch are not touched.
 */
const unlandFrom = async (tx: Queryable, accountId: AccountId, from: string): Promise<void> => {
  await tx.query(
    `select importer.unland(array_agg(l.metric_set), array_agg($1::text), array_agg(l.level), array_agg(l.entity_id),
       array_agg(l.placement), array_agg(datemultirange(daterange($2, null))))
     from (select distinct level, entity_id, placement, metric_set from importer.ledger
           where account_id = $1 and state = 'landed' and days && daterange($2, null)) l`,
    [accountId, from],
  );
};

const zonesOfPostgres = async (db: Queryable, zones: ReadonlySet<Zone>): Promise<ReadonlySet<Zone>> => {
  const { rows } = await db.query<{ zone: Zone }>(
    'select zone from unnest($1::text[]) as z (zone) where importer.reads_zone(zone)',
    [[...zones]],
  );
  return new Set(rows.map(({ zone }) => zone));
};

/** Does Postgres know the zone? Its views would fail in another one. */
export const postgresReads = async (db: Queryable, zone: Zone): Promise<boolean> =>
  (await zonesOfPostgres(db, new Set([zone]))).has(zone);

/** Stores whether Temporal can schedule in the zone. Safe to repeat. */
export const noteScheduling = async (db: Queryable, zone: Zone, known: boolean): Promise<void> => {
  await db.query(
    known
      ? 'delete from importer.unscheduled_zones where zone = $1'
      : 'insert into importer.unscheduled_zones (zone) values ($1) on conflict do nothing',
    [zone],
  );
};

/** Stores the zones that X has shown, after the accounts' own rows, which hold the lock. Safe to repeat. */
export const saveZones = async (
  tx: PoolClient,
  seen: readonly (ObservedZone & { readonly accountId: AccountId })[],
): Promise<void> => {
  const { rows } = await tx.query<{ id: AccountId; zones: readonly ZonePeriod[] }>(
    `select a.id, ${ZONES} as zones from importer.accounts a where a.id = any($1)`,
    [seen.map(({ accountId }) => accountId)],
  );
  const known = new Map(rows.map(({ id, zones }) => [id, zones]));
  const readable = await zonesOfPostgres(tx, new Set(seen.map(({ zone }) => zone)));
  for (const { accountId, ...account } of seen) {
    if (!readable.has(account.zone)) continue;
    const before = known.get(accountId) ?? [];
    const zones = zonesAfter(before, account);
    for (const [i, period] of zones.entries()) {
      if (i < before.length) continue;
      const last = zones[i - 1];
      await savePeriod(tx, accountId, period, last, account.observedAt);
      if (before.length === 0 || !last || period.since === null || period.firstDay === null) continue;
      await addDaysOfNewZone(tx, accountId, zones, period.since);
      await unlandFrom(tx, accountId, switchBetween(last, period)?.day ?? period.firstDay);
    }
  }
};
