import type { PoolClient } from 'pg';
import { activeDays } from '../../domain/feed-windows.js';
import type { Instant, ZonePeriod } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { switchBetween, zonesAfter } from '../../domain/zones.js';
import type { ObservedZone } from '../../domain/zones.js';
import type { Queryable } from '../pool.js';

/** The zones that account `a` has had, oldest first, as one value of a row. */
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
  const odd = before && switchBetween(before, { zone, since, firstDay });
  await tx.query(
    `insert into importer.account_zones (account_id, since, first_day, zone, switch_day, switch_note, observed_at)
     values ($1, coalesce($2, '-infinity'::timestamptz), coalesce($3, '-infinity'::date), $4, $5, $6, $7)`,
    [accountId, since, firstDay, zone, odd?.day ?? null, odd?.note ?? null, observedAt],
  );
};

/** Answers that were read before the switch was known name its days as the old zone counts them; they get the new days, too. */
const nameAgain = async (
  tx: Queryable,
  accountId: AccountId,
  zones: readonly ZonePeriod[],
  since: Instant,
): Promise<void> => {
  const { rows } = await tx.query<{
    ask_id: number;
    entity_id: string;
    placement: string;
    activity_from: Instant;
    activity_to: Instant;
  }>(
    `select ask_id, entity_id, placement, activity_from, activity_to from importer.ask_records
     where account_id = $1 and activity_to > $2`,
    [accountId, since],
  );
  const again = rows.map((row) => ({
    ask_id: row.ask_id,
    entity_id: row.entity_id,
    placement: row.placement,
    ...activeDays(row.activity_from, row.activity_to, zones),
  }));
  await tx.query(
    `update importer.ask_records r set days = range_merge(r.days, daterange(x."from", x."to", '[]'))
     from jsonb_to_recordset($1::jsonb) as x (ask_id bigint, entity_id text, placement text, "from" date, "to" date)
     where (r.ask_id, r.entity_id, r.placement) = (x.ask_id, x.entity_id, x.placement)`,
    [JSON.stringify(again)],
  );
};

/**
 * What was read of days behind the switch before anybody knew of it was cut by the old zone: it has not landed any more,
 * so that the next import reads it as X has it now. Days before the switch are not touched.
 */
const readAgain = async (tx: Queryable, accountId: AccountId, from: string): Promise<void> => {
  await tx.query(
    `select importer.unland($1, l.level, l.entity_id, l.placement, l.metric_set, datemultirange(daterange($2, null)))
     from (select distinct level, entity_id, placement, metric_set from importer.ledger
           where account_id = $1 and state = 'landed' and days && daterange($2, null)) l`,
    [accountId, from],
  );
};

/** Takes up the zones that X has shown, after the accounts' own rows: those hold the lock. Safe to repeat. */
export const saveZones = async (
  tx: PoolClient,
  seen: readonly (ObservedZone & { readonly accountId: AccountId })[],
): Promise<void> => {
  const { rows } = await tx.query<{ id: AccountId; zones: readonly ZonePeriod[] }>(
    `select a.id, ${ZONES} as zones from importer.accounts a where a.id = any($1)`,
    [seen.map(({ accountId }) => accountId)],
  );
  const known = new Map(rows.map(({ id, zones }) => [id, zones]));
  for (const { accountId, ...account } of seen) {
    const before = known.get(accountId) ?? [];
    const zones = zonesAfter(before, account);
    for (const [i, period] of zones.entries()) {
      if (i < before.length) continue;
      const last = zones[i - 1];
      await savePeriod(tx, accountId, period, last, account.observedAt);
      if (before.length === 0 || !last || period.since === null || period.firstDay === null) continue;
      await nameAgain(tx, accountId, zones, period.since);
      await readAgain(tx, accountId, switchBetween(last, period)?.day ?? period.firstDay);
    }
  }
};
