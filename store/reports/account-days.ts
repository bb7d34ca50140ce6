import type { Day, DayRange, Instant, ZonePeriod } from '../../domain/calendar.js';
import type { GrantStatus, Problem, WaitDays } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { JobsUnderWay } from '../../domain/estimate.js';
import type { Viewer } from '../../domain/viewer.js';
import { ZONES } from '../account/account-zones.js';
import type { Queryable } from '../pool.js';

/** The coverage of an account, as ranges of days. */
export interface AccountDays {
  readonly accountId: AccountId;
  readonly complete: readonly DayRange[];
  readonly unavailable: readonly DayRange[];
}

/** An account that a connection reads, with what its status rests on. */
export interface GrantDays extends AccountDays {
  readonly connectionId: ConnectionId;
  readonly accountName: string;
  readonly status: GrantStatus;
  readonly problem: Problem | null;
  readonly wait: WaitDays;
  readonly dailyAt: string;
  readonly historyFrom: Day | null;
  readonly createdAt: Instant;
  readonly zones: readonly ZonePeriod[];
  readonly accountCreatedAt: Instant | null;
  /** X's clock when it last spoke of the account. */
  readonly observedAt: Instant;
  /** X was asked what was active on some of its days. */
  readonly asked: boolean;
  readonly landed: boolean;
  /** The ranges may be behind what has landed since. */
  readonly stale: boolean;
  /** Jobs that running imports have left, with those that X computes, and what X has of them; null where none runs. */
  readonly jobsLeft: number;
  readonly underWay: JobsUnderWay | null;
  /** What X took for its last jobs, in seconds; null before the first. */
  readonly jobSeconds: number | null;
  /** Until when a running import waits at X's limits. */
  readonly waitsUntil: Instant | null;
}

const ranges = (column: string): string => `coalesce((select jsonb_agg(jsonb_build_object(
  'from', lower(r), 'to', upper(r) - 1) order by r) from unnest(${column}) r), '[]')`;

/** While an import runs, days become complete all the time: they are counted again after so many times of what counting takes. */
const COUNT_AGAIN = `d.computed_at < clock_timestamp() - greatest(interval '1 second', d.took_ms * interval '10 ms')`;

/**
 * The accounts of the connections that the viewer sees, by name. One statement, however many connections there are; what an
 * account is to all of them is read once.
 */
export const grantDays = async (
  db: Queryable,
  viewer: Viewer,
  connectionIds: readonly ConnectionId[],
): Promise<readonly GrantDays[]> => {
  const { rows } = await db.query<GrantDays & Record<string, unknown>>(
    `with wanted as materialized (
       select g.* from unnest($1::uuid[]) as connection (id)
       join importer.visible_connections($2) v using (id)
       join importer.grants g on g.connection_id = v.id and g.ended_at is null
     ),
     accounts as materialized (
       select a.id as "accountId", a.name as "accountName", ${ZONES} as zones, a.created_at_x as "accountCreatedAt",
         a.observed_at as "observedAt", ${ranges('d.complete')} as complete, ${ranges('d.unavailable')} as unavailable,
         exists (select from importer.asks k where k.account_id = a.id) as asked,
         exists (select from importer.receipts p where p.account_id = a.id) as landed,
         d.account_id is null or d.stale or (r.running and ${COUNT_AGAIN}) as stale,
         r.jobs as "jobsLeft", case when r.running then (
           select jsonb_build_object('atX', count(*) filter (where j.ready_at is null and j.ended_at is null),
             'sinceCreate', coalesce(min(j.age), 0), 'inMinute', count(*) filter (where j.age < 60),
             'sinceFirst', coalesce(max(j.age) filter (where j.age < 60), 0))
           from (select ready_at, ended_at, extract(epoch from clock_timestamp() - attempted_at)::float8 as age
             from importer.jobs j where j.account_id = a.id order by j.id desc limit 500) j) end as "underWay",
         case when r.running then (
           select percentile_cont(0.5) within group (order by extract(epoch from j.ready_at - j.attempted_at)::float8)
           from (select ready_at, attempted_at from importer.jobs j where j.account_id = a.id and j.ready_at is not null
             order by j.id desc limit 20) j) end as "jobSeconds", r.until as "waitsUntil"
       from importer.accounts a
       left join importer.account_days d on d.account_id = a.id
       cross join lateral (
         select count(*) > 0 as running,
           coalesce(sum((select count(*) from importer.slices s
             where s.run_id = i.id and s.state in ('planned', 'in_flight'))), 0)::int as jobs,
           max((select max(w.until) from importer.rate_limit_waiters w
             where w.run_id = i.id::text and w.until > clock_timestamp())) as until
         from importer.import_runs i where i.account_id = a.id and i.state = 'running') r
       where a.id in (select account_id from wanted)
     )
     select g.connection_id as "connectionId", g.status,
       case when g.blocked_code is not null
         then jsonb_build_object('code', g.blocked_code, 'nextStep', g.blocked_reason) end as problem,
       g.wait_days as wait, to_char(g.daily_at, 'HH24:MI') as "dailyAt", g.history_from as "historyFrom",
       g.created_at as "createdAt", a.*
     from wanted g join accounts a on a."accountId" = g.account_id
     order by a."accountName", a."accountId"`,
    [connectionIds, viewer],
  );
  return rows;
};

/**
 * Counts the days of an account anew, over the days that X was asked about. What moves meanwhile is noted, so that the next
 * caller counts again.
 */
export const countCoverage = async (db: Queryable, accountId: AccountId): Promise<AccountDays> => {
  const began = performance.now();
  await db.query(
    `insert into importer.account_days (account_id, stale, computed_at) values ($1, false, clock_timestamp())
     on conflict (account_id) do update set stale = false, computed_at = clock_timestamp()`,
    [accountId],
  );
  const { rows } = await db.query<AccountDays & Record<string, unknown>>(
    `with asked as (
       select min(first_day) as first_day, max(last_day) as last_day from importer.asks where account_id = $1
     ),
     folded as (
       select range_agg(daterange(f.day, f.day, '[]')) filter (where f.status in ('complete', 'verified_empty')) as complete,
         range_agg(daterange(f.day, f.day, '[]')) filter (where f.status = 'unavailable') as unavailable
       from asked cross join lateral importer.folded_coverage($1, asked.first_day, asked.last_day) f
       where asked.first_day is not null
     ),
     saved as (
       update importer.account_days d set complete = coalesce(f.complete, '{}'),
         unavailable = coalesce(f.unavailable, '{}')
       from folded f where d.account_id = $1
       returning d.complete, d.unavailable
     )
     select $1 as "accountId", ${ranges('s.complete')} as complete, ${ranges('s.unavailable')} as unavailable
     from saved s`,
    [accountId],
  );
  await db.query('update importer.account_days set took_ms = $2 where account_id = $1', [
    accountId,
    Math.round(performance.now() - began),
  ]);
  return rows[0] ?? { accountId, complete: [], unavailable: [] };
};
