import type { Day, Instant } from '../../domain/calendar.js';
import { DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK } from '../../domain/choice.js';
import type { GrantStatus, Problem, WaitDays } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import { onePerKey } from '../one-per-key.js';
import type { Queryable } from '../pool.js';

export interface GrantChoice {
  readonly accountId: AccountId;
  /** The first day to import; null imports only from now on. */
  readonly historyFrom: Day | null;
  readonly waitDays: WaitDays;
  /** For how many days back X's corrections are read, 0 to 30. (Default: 30) */
  readonly lookBackDays?: number;
  /** Local time of the account, `HH:MM`. (Default: 10:00) */
  readonly dailyAt?: string;
}

export interface Grant extends Required<GrantChoice> {
  readonly connectionId: ConnectionId;
  readonly accountName: string;
  readonly status: GrantStatus;
  readonly problem: Problem | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

const SELECT = `
  select g.connection_id as "connectionId", g.account_id as "accountId", a.name as "accountName",
    g.history_from as "historyFrom", g.wait_days as "waitDays", to_char(g.daily_at, 'HH24:MI') as "dailyAt",
    g.look_back_days as "lookBackDays",
    g.status,
    case when g.blocked_code is not null
      then jsonb_build_object('code', g.blocked_code, 'nextStep', g.blocked_reason) end as problem,
    g.created_at as "createdAt", g.ended_at as "endedAt"
  from importer.grants g join importer.accounts a on a.id = g.account_id`;

/**
 * The accounts that a connection reads from now on. Choosing again changes wait, time and look-back at once. The
 * history of a grant that continues can only become longer, because days that it has stay in its care. A grant that is
 * new, ended or blocked, or that reaches further back or waits less than before, has history to import. Returns the
 * accounts that were granted: all but those whose data are being deleted.
 */
export const saveGrants = async (
  db: Queryable,
  connectionId: ConnectionId,
  choices: readonly GrantChoice[],
): Promise<readonly AccountId[]> => {
  const { rows } = await db.query<{ id: AccountId }>(
    // Locked: a deletion that begins now waits, and then finds the grant.
    `with kept as materialized (
       select id, deletion_began_at from importer.accounts
       where id = any (array(select x ->> 'accountId' from jsonb_array_elements($2::jsonb) x)) order by id for share)
     insert into importer.grants as g (connection_id, account_id, history_from, wait_days, daily_at, look_back_days,
       currencies_accepted_at)
     select $1, x."accountId", x."historyFrom", x."waitDays", coalesce(x."dailyAt", $3), coalesce(x."lookBackDays", $4),
       (select max(s.seen_at) from importer.entity_sightings s where s.account_id = x."accountId")
     from jsonb_to_recordset($2::jsonb) as x ("accountId" text, "historyFrom" date, "waitDays" smallint,
       "dailyAt" time, "lookBackDays" smallint)
     join kept on kept.id = x."accountId" and kept.deletion_began_at is null
     order by x."accountId"
     on conflict (connection_id, account_id) do update
       set history_from = case when g.ended_at is null then least(g.history_from, excluded.history_from)
           else excluded.history_from end,
         wait_days = excluded.wait_days, daily_at = excluded.daily_at,
         look_back_days = excluded.look_back_days, ended_at = null,
         status = case when g.ended_at is null and g.status = 'up_to_date' and g.wait_days <= excluded.wait_days
           and (excluded.history_from is null or g.history_from <= excluded.history_from)
           then 'up_to_date' else 'backfilling' end,
         currencies_accepted_at = excluded.currencies_accepted_at, blocked_code = null, blocked_reason = null
     returning account_id as id`,
    [
      connectionId,
      JSON.stringify(onePerKey(choices, ({ accountId }) => accountId)),
      DEFAULT_DAILY_AT,
      DEFAULT_LOOK_BACK,
    ],
  );
  return rows.map(({ id }) => id);
};

/** The grants that have not ended, by account name. */
export const listGrants = async (db: Queryable, connectionId: ConnectionId): Promise<readonly Grant[]> => {
  const { rows } = await db.query<Grant>(
    `${SELECT} where g.connection_id = $1 and g.ended_at is null order by a.name, a.id`,
    [connectionId],
  );
  return rows;
};

/** The same; none where the viewer does not see the connection. */
export const listVisibleGrants = async (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
): Promise<readonly Grant[]> => {
  const { rows } = await db.query<Grant>(
    `${SELECT} join importer.visible_connections($2) v on v.id = g.connection_id
     where g.connection_id = $1 and g.ended_at is null order by a.name, a.id`,
    [connectionId, viewer],
  );
  return rows;
};

/** A grant that has not ended. */
export const getGrant = async (
  db: Queryable,
  connectionId: ConnectionId,
  accountId: AccountId,
): Promise<Grant | undefined> => {
  const { rows } = await db.query<Grant>(
    `${SELECT} where g.connection_id = $1 and g.account_id = $2 and g.ended_at is null`,
    [connectionId, accountId],
  );
  return rows[0];
};

/** Keeps the grant from ending until the commit; false where it has ended. */
export const holdGrant = async (tx: Queryable, connectionId: ConnectionId, accountId: AccountId): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select from importer.grants where connection_id = $1 and account_id = $2 and ended_at is null for share`,
    [connectionId, accountId],
  );
  return rowCount === 1;
};

/** Blocked says why and what cures it; any other status clears that. */
export const setGrantStatus = async (
  db: Queryable,
  connectionId: ConnectionId,
  accountId: AccountId,
  status: { readonly status: 'backfilling' | 'up_to_date' } | { readonly status: 'blocked'; readonly problem: Problem },
): Promise<void> => {
  const problem = status.status === 'blocked' ? status.problem : undefined;
  await db.query(
    `update importer.grants set status = $3, blocked_code = $4, blocked_reason = $5
     where connection_id = $1 and account_id = $2 and ended_at is null`,
    [connectionId, accountId, status.status, problem?.code ?? null, problem?.nextStep ?? null],
  );
};

/** The accounts have history to import. */
export const setBackfilling = async (
  db: Queryable,
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
): Promise<void> => {
  await db.query(
    `update importer.grants set status = 'backfilling', blocked_code = null, blocked_reason = null
     where connection_id = $1 and account_id = any($2) and ended_at is null`,
    [connectionId, accounts],
  );
};

/** True for the call that ended it. */
export const endGrant = async (db: Queryable, connectionId: ConnectionId, accountId: AccountId): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update importer.grants set ended_at = now()
     where connection_id = $1 and account_id = $2 and ended_at is null`,
    [connectionId, accountId],
  );
  return rowCount === 1;
};
