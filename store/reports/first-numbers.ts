import type { Day } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { ExactSum } from '../../domain/money.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

export interface NewestDay {
  readonly accountId: AccountId;
  readonly accountName: string;
  /** The newest day whose campaigns have all landed; null before the first. */
  readonly day: Day | null;
  readonly spend: readonly { readonly currency: string | null; readonly micros: ExactSum }[];
  readonly impressions: ExactSum;
  readonly clicks: ExactSum;
}

/** How far back from the newest fact a day is looked for whose campaigns have all landed. */
const LOOKED_AT = 14;

/** The newest numbers of each account of a connection, by account name. */
export const newestDays = async (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
): Promise<readonly NewestDay[]> => {
  const { rows } = await db.query<NewestDay & Record<string, unknown>>(
    `select a.id as "accountId", a.name as "accountName", n.day, coalesce(t.spend, '[]') as spend,
       coalesce(t.impressions, '0') as impressions, coalesce(t.clicks, '0') as clicks
     from importer.visible_connections($2) v
     join importer.grants g on g.connection_id = v.id and g.ended_at is null
     join importer.accounts a on a.id = g.account_id
     left join lateral (
       select f.day from importer.facts f where f.account_id = a.id and f.level = 'CAMPAIGN' order by f.day desc limit 1
     ) newest on true
     left join lateral (
       select c.day from importer.coverage_of(a.id, newest.day - ${LOOKED_AT - 1}, newest.day) c
       where newest.day is not null and c.level = 'CAMPAIGN'
       group by c.day having bool_and(c.status in ('complete', 'verified_empty')) and bool_or(c.landed > 0)
       order by c.day desc limit 1
     ) n on true
     left join lateral (
       select jsonb_agg(jsonb_build_object('currency', s.currency, 'micros', s.micros) order by s.currency) as spend,
         trim_scale(sum(s.impressions))::text as impressions, trim_scale(sum(s.clicks))::text as clicks
       from (
         select p.currency, trim_scale(sum(f.billed_charge_local_micro))::text as micros,
           sum(f.impressions) as impressions, sum(f.clicks) as clicks
         from importer.facts f
         left join importer.entity_parents p
           on p.account_id = f.account_id and p.level = f.level and p.entity_id = f.entity_id
         where f.account_id = a.id and f.level = 'CAMPAIGN' and f.day = n.day group by 1) s
     ) t on true
     where v.id = $1 order by a.name, a.id`,
    [connectionId, viewer],
  );
  return rows;
};

/** How many slices of a connection's accounts have landed, whichever connection imported them. */
export const landedSlices = async (db: Queryable, connectionId: ConnectionId): Promise<number> => {
  const { rows } = await db.query<{ landed: number }>(
    `select count(*) as landed from importer.grants g
     join importer.import_runs r on r.account_id = g.account_id
     join importer.slices s on s.run_id = r.id and s.state = 'landed'
     where g.connection_id = $1 and g.ended_at is null`,
    [connectionId],
  );
  return rows[0]?.landed ?? 0;
};
