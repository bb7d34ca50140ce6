import type { Day, Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { RunKind } from '../../domain/run.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** What has happened to a connection, or to an account that it reads. */
export type HappenedKind = 'run' | 'wait' | 'restatement' | 'change' | 'pause' | 'sign_in' | 'notification';

/** What is known of it beside the kind; which fields there are depends on the kind. */
export interface HappenedDetails {
  readonly runKind?: RunKind;
  readonly state?: string;
  readonly firstDay?: Day;
  readonly lastDay?: Day;
  readonly reason?: string | null;
  readonly until?: Instant;
  readonly endedAt?: Instant | null;
  readonly jobs?: number;
  readonly numbers?: number;
  readonly action?: string;
  readonly was?: Readonly<Record<string, unknown>> | null;
  readonly became?: Readonly<Record<string, unknown>> | null;
}

export interface Happened {
  /** Unique within a connection. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: HappenedKind;
  readonly who: string | null;
  readonly accountId: AccountId | null;
  readonly accountName: string | null;
  readonly details: HappenedDetails;
}

export interface HappenedQuery {
  readonly connectionId: ConnectionId;
  readonly kinds?: readonly HappenedKind[] | undefined;
  /** Only what was before this entry. */
  readonly before?: { readonly at: Instant; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. One statement: what it is made of is a few thousand rows for a year of ten accounts. */
export const whatHappened = async (
  db: Queryable,
  viewer: Viewer,
  { connectionId, kinds, before, limit }: HappenedQuery,
): Promise<readonly Happened[]> => {
  const { rows } = await db.query<Happened & Record<string, unknown>>(
    `with connection as (select id, workspace_id from importer.visible_connections($2) where id = $1),
     runs as (
       select r.* from importer.import_runs r join connection c on r.connection_id = c.id
       union
       -- Of several connections on an account one reads the daily sync for all.
       select r.* from connection c join importer.grants g on g.connection_id = c.id
       join importer.import_runs r on r.account_id = g.account_id and r.kind = 'daily' and r.started_at >= g.created_at
         and (g.ended_at is null or r.started_at < g.ended_at)
     ),
     happened as (
       select 'run:' || r.id as id, coalesce(r.ended_at, r.started_at) as at, 'run' as kind, null as who, r.account_id,
         jsonb_build_object('runKind', r.kind, 'state', r.state, 'firstDay', r.first_day, 'lastDay', r.last_day,
           'reason', r.reason) as details
       from runs r
       union all
       select 'wait:' || w.id, w.began_at, 'wait', null, r.account_id,
         jsonb_build_object('reason', w.reason, 'until', w.until)
       from runs r join importer.long_waits w on w.run_id = r.id where w.until > w.began_at + interval '5 minutes'
       union all
       select 'restatement:' || r.id, p.at, 'restatement', null, r.account_id,
         jsonb_build_object('numbers', p.numbers, 'firstDay', r.first_day, 'lastDay', r.last_day)
       from runs r cross join lateral (
         select max(landed_at) as at, sum(rows_changed) as numbers from importer.receipts where run_id = r.id) p
       where p.numbers > 0
       union all
       select 'change:' || a.id, a.at, case when a.action in ('connection.paused', 'connection.resumed') then 'pause'
           when a.action in ('connection.sign_in_begun', 'connection.authorized', 'connection.not_authorized')
           then 'sign_in' else 'change' end, a.actor_name, null,
         jsonb_build_object('action', a.action, 'was', a.was, 'became', a.became)
       from connection c join app.audit a on a.workspace_id = c.workspace_id and a.subject_kind = 'connection'
         and a.subject_id = c.id::text
       union all
       select 'sign_in:' || o.id, coalesce(o.callback_at, o.expires_at), 'sign_in', null, null,
         jsonb_build_object('state', o.state, 'reason', o.problem)
       from connection c join importer.oauth_requests o on o.connection_id = c.id
       where o.session_sha256 is null and o.state in ('exchanged', 'denied', 'failed', 'expired')
       union all
       select 'notification:' || n.id, coalesce(m.created_at, n.queued_at), 'notification', null, null,
         jsonb_build_object('reason', n.reason)
       from connection c join importer.notifications n on c.id = any(n.connection_ids)
       left join importer.notification_messages m on m.id = n.message_id
       union all
       select 'message:' || m.id, m.created_at, 'notification', null, null, jsonb_build_object('reason', m.subject)
       from connection c join app.messages m on m.workspace_id = c.workspace_id and c.id = any(m.connection_ids)
       where exists (select from app.deliveries d where d.message_id = m.id)
     )
     select h.id, h.at, h.kind, h.who, h.account_id as "accountId", a.name as "accountName", h.details
     from happened h left join importer.accounts a on a.id = h.account_id
     where ($3::text[] is null or h.kind = any($3)) and ($4::timestamptz is null or (h.at, h.id) < ($4, $5::text))
     order by h.at desc, h.id desc limit $6`,
    [connectionId, viewer, kinds ?? null, before?.at ?? null, before?.id ?? null, limit],
  );
  return rows;
};
