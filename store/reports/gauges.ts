import type { Day, Instant, ZonePeriod } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { ZONES } from '../account/account-zones.js';
import { STILL_NEWS, STILL_TRIED } from '../notifications.js';
import type { Queryable } from '../pool.js';

/*
 * What the Prometheus gauges read, once a minute. Each query uses an index and none scans all facts; the costly one,
 * coverage, is made for one account at a time, so that the caller can stop when it has spent enough time.
 */

/** An account that is to be imported: it has a grant that has not ended, of a connection that is not paused. */
export interface WatchedAccount {
  readonly accountId: AccountId;
  /** The zones that cut its time into days, oldest first; empty where this platform knows none of them. */
  readonly zones: readonly ZonePeriod[];
  /** The shortest of its grants, in days. */
  readonly wait: number;
  /** The earliest day that a grant asks for; without history the day of the grant, in UTC. */
  readonly from: Day;
  /** X's clock. Before it there is nothing to import. */
  readonly createdAt: Instant | null;
  /** Seconds since the last completed run ended, or since the grant began where there is none. */
  readonly sinceRunSeconds: number;
  /** Jobs that X computes or that are still to land. */
  readonly openJobs: number;
  /** Seconds for which a run with open jobs has landed nothing, of the worst of them; 0 when no job is open. */
  readonly standstillSeconds: number;
  /**
   * What X changed within the last day in billed micros of each of the account's currencies, as absolute values, at the
   * level that X bills. The currency is null where the campaign is not known.
   */
  readonly restated: readonly { readonly currency: string | null; readonly micros: number }[];
  /** Entity-days that X's change feed had missed, by the last blind check that was judged. */
  readonly feedMissed: number;
}

export const watchedAccounts = async (db: Queryable): Promise<readonly WatchedAccount[]> => {
  const { rows } = await db.query<WatchedAccount & Record<string, unknown>>(
    `with watched as (
       select g.account_id, min(g.wait_days) as wait, min(g.created_at) as since,
         min(coalesce(g.history_from, (g.created_at at time zone 'UTC')::date)) as first_day
       from importer.grants g join importer.connections c on c.id = g.connection_id
       where g.ended_at is null and c.phase in ('active', 'needs_reauthorization') group by 1
     ),
     restated as (
       select v.account_id, t.currency,
         sum(abs(coalesce(n.billed_charge_local_micro, f.billed_charge_local_micro) - v.billed_charge_local_micro))
           as micros
       from importer.fact_versions v
       left join importer.fact_versions n
         on (n.account_id, n.level, n.entity_id, n.placement, n.day)
           = (v.account_id, v.level, v.entity_id, v.placement, v.day)
         and n.observed_at = v.superseded_at
       left join importer.facts f
         on (f.account_id, f.level, f.entity_id, f.placement, f.day)
           = (v.account_id, v.level, v.entity_id, v.placement, v.day)
         and f.observed_at = v.superseded_at
       left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (v.account_id, v.level, v.entity_id)
       where v.superseded_at > now() - interval '1 day' and v.level = 'CAMPAIGN'
       group by 1, 2
     )
     select w.account_id as "accountId", ${ZONES} as zones, w.wait, w.first_day as "from",
       a.created_at_x as "createdAt",
       extract(epoch from now() - coalesce((select max(r.ended_at) from importer.import_runs r
         where r.account_id = w.account_id and r.state = 'completed'), w.since))::float8 as "sinceRunSeconds",
       (select count(*) from importer.jobs j where j.account_id = w.account_id
         and j.run_id in (select r.id from importer.import_runs r
           where r.account_id = w.account_id and r.state = 'running')
         and j.state in ('creating', 'processing', 'ready')) as "openJobs",
       coalesce((select max(extract(epoch from now() - greatest(
           r.started_at, (select max(p.landed_at) from importer.receipts p where p.run_id = r.id))))
         from importer.import_runs r where r.account_id = w.account_id and r.state = 'running' and exists (
           select from importer.jobs j
           where j.run_id = r.id and j.state in ('creating', 'processing', 'ready'))), 0)::float8
         as "standstillSeconds",
       (select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'micros', micros)), '[]') from (
         select currency, coalesce(sum(r.micros), 0) as micros
         from (select unnest(a.currencies) as currency union all select null) own
         full join (select * from restated where account_id = w.account_id) r using (currency) group by 1) by_currency
         where currency is not null or micros > 0) as restated,
       (select count(*) from importer.blind_check_findings f where f.run_id = (
         select b.run_id from importer.blind_check_runs b where b.account_id = w.account_id and b.judged_at is not null
         order by b.last_day desc, b.asked_at desc limit 1)) as "feedMissed"
     from watched w join importer.accounts a on a.id = w.account_id
     order by 1`,
  );
  return rows;
};

/**
 * The coverage of a day by the worst of its levels and placements. `unavailable` ranks lowest: it is not curable and
 * must not hide a state that is.
 */
export type DayCoverage = 'green' | 'unavailable' | 'in_flight' | 'planned' | 'missing' | 'failed';

export interface DaysByCoverage {
  readonly coverage: DayCoverage;
  readonly days: number;
  readonly newest: Day;
}

/** The days of a range by their coverage. */
export const daysByCoverage = async (
  db: Queryable,
  { accountId, from, to }: { readonly accountId: AccountId; readonly from: Day; readonly to: Day },
): Promise<readonly DaysByCoverage[]> => {
  const { rows } = await db.query<DaysByCoverage & Record<string, unknown>>(
    `select case when status in ('complete', 'verified_empty') then 'green' else status end as coverage,
       count(*) as days, max(day) as newest
     from importer.folded_coverage($1, $2, $3) group by 1`,
    [accountId, from, to],
  );
  return rows;
};

export interface Totals {
  /** Credentials that X has rejected and that a connection needs. */
  readonly credentialsRejected: number;
  /** Notifications that not every configured channel has, and that are still tried or wait for it. */
  readonly notificationsUnsent: number;
}

export const totals = async (db: Queryable): Promise<Totals> => {
  const { rows } = await db.query<Totals & Record<string, unknown>>(
    `select
       (select count(*) from importer.credentials k where k.status = 'rejected' and exists (
         select from importer.connections c where c.x_user_id = k.x_user_id and c.phase <> 'disconnected'))
         as "credentialsRejected",
       (select count(*) from importer.notifications n left join importer.notification_messages m on m.id = n.message_id
         where n.withdrawn_at is null and (n.message_id is null or ${STILL_TRIED}) and ${STILL_NEWS})
         as "notificationsUnsent"`,
  );
  return rows[0] ?? { credentialsRejected: 0, notificationsUnsent: 0 };
};
