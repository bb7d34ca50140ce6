import type { Instant } from '../../domain/calendar.js';
import { UNFINISHED_DAYS } from '../../domain/connection.js';
import type { Choice, GrantCounts, Phase, Privacy, Problem } from '../../domain/connection.js';
import type { ConnectionId, XUserId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import { credentialProblem } from './credentials.js';
import type { Db, Queryable } from '../pool.js';

/** Made by the first migration; connections belong to it until there are people. */
export const DEFAULT_WORKSPACE = '00000000-0000-0000-0000-000000000001';

export interface ConnectionRow {
  readonly id: ConnectionId;
  readonly workspaceId: string;
  readonly displayName: string;
  readonly createdBy: string;
  readonly privacy: Privacy;
  /** With which it is shared, where its privacy is `team`. */
  readonly teamId: string | null;
  readonly phase: Phase;
  readonly problem: Problem | null;
  /** Why the last sign-in at X came to nothing. */
  readonly signInProblem: Problem | null;
  /** Why X refuses the credential, whatever the phase. */
  readonly credentialProblem: Problem | null;
  /** Why it is paused, in the words of whoever paused it. */
  readonly pauseNote: string | null;
  readonly xUserId: XUserId | null;
  readonly screenName: string | null;
  /** What a person chose; null before that. */
  readonly choice: Choice | null;
  readonly createdAt: Instant;
  /** Counts what people have changed. */
  readonly version: number;
  readonly disconnectedAt: Instant | null;
  /** When it is deleted unless it is finished before: of one that is authorizing or choosing. */
  readonly unfinishedUntil: Instant | null;
  readonly grants: GrantCounts;
  /** The last deletion of what was imported. */
  readonly deletion: DataDeletion | null;
}

export interface DataDeletion {
  readonly beganAt: Instant;
  /** Null while it goes on. */
  readonly endedAt: Instant | null;
  readonly rowsDeleted: number;
  /** That are still to be deleted. */
  readonly accountsLeft: number;
}

const selectFrom = (connections: string): string => `
  select c.id, c.workspace_id as "workspaceId", c.display_name as "displayName", c.created_by as "createdBy", c.privacy,
    c.team_id as "teamId", c.version, c.phase, case when c.problem_code is not null
      then jsonb_build_object('code', c.problem_code, 'nextStep', c.problem) end as problem,
    c.pause_note as "pauseNote",
    (select case when o.state = 'failed' and o.problem_code is not null then jsonb_build_object('code', o.problem_code, 'nextStep', o.problem) end
      from importer.oauth_requests o where o.connection_id = c.id order by o.created_at desc limit 1) as "signInProblem",
    ${credentialProblem('k')} as "credentialProblem",
    c.x_user_id as "xUserId", k.screen_name as "screenName", c.choice,
    c.created_at as "createdAt", c.disconnected_at as "disconnectedAt",
    case when c.phase in ('authorizing', 'choosing') then greatest(c.created_at + interval '${UNFINISHED_DAYS} days',
      (select max(l.expires_at) from app.authorization_links l where l.connection_id = c.id and l.used_at is null))
      end as "unfinishedUntil",
    (select jsonb_build_object('total', count(*),
        'backfilling', count(*) filter (where g.status = 'backfilling'),
        'upToDate', count(*) filter (where g.status = 'up_to_date'),
        'blocked', count(*) filter (where g.status = 'blocked'))
      from importer.grants g where g.connection_id = c.id and g.ended_at is null) as grants,
    case when c.deletion_began_at is not null then jsonb_build_object('beganAt', c.deletion_began_at,
      'endedAt', c.deletion_ended_at, 'rowsDeleted', c.rows_deleted, 'accountsLeft',
      (select count(*) from importer.grants g where g.connection_id = c.id and not exists (
        select from importer.grants o where o.account_id = g.account_id and o.ended_at is null))) end as deletion
  from ${connections} c left join importer.credentials k using (x_user_id)`;

/** Safe to repeat: the id is the caller's. */
export const createConnection = async (
  db: Queryable,
  {
    id,
    displayName,
    createdBy,
    workspaceId = DEFAULT_WORKSPACE,
  }: {
    readonly id: ConnectionId;
    readonly displayName: string;
    readonly createdBy: string;
    /** (Default: the default workspace) */
    readonly workspaceId?: string;
  },
): Promise<void> => {
  await db.query(
    `insert into importer.connections (id, workspace_id, display_name, created_by) values ($1, $2, $3, $4)
     on conflict (id) do nothing`,
    [id, workspaceId, displayName, createdBy],
  );
};

export const getConnection = async (db: Queryable, id: ConnectionId): Promise<ConnectionRow | undefined> => {
  const { rows } = await db.query<ConnectionRow>(`${selectFrom('importer.connections')} where c.id = $1`, [id]);
  return rows[0];
};

/** The connection, where the viewer sees it. */
export const getVisibleConnection = async (
  db: Queryable,
  viewer: Viewer,
  id: ConnectionId,
): Promise<ConnectionRow | undefined> => {
  const { rows } = await db.query<ConnectionRow>(`${selectFrom('importer.visible_connections($2)')} where c.id = $1`, [
    id,
    viewer,
  ]);
  return rows[0];
};

/** The connections that the viewer sees, newest first. (Default: without ended ones) */
export const listConnections = async (
  db: Queryable,
  viewer: Viewer,
  { withDisconnected = false }: { readonly withDisconnected?: boolean } = {},
): Promise<readonly ConnectionRow[]> => {
  const { rows } = await db.query<ConnectionRow>(
    `${selectFrom('importer.visible_connections($2)')}
     where $1 or c.phase <> 'disconnected' order by c.created_at desc, c.id`,
    [withDisconnected, viewer],
  );
  return rows;
};

export interface ConnectionEdit {
  readonly displayName?: string | undefined;
  readonly privacy?: Privacy | undefined;
  /** With privacy `team`, and only then. */
  readonly teamId?: string | undefined;
  /** The version that the edit was made on. (Default: whatever is there) */
  readonly version?: number | undefined;
}

/** Changes what is given. False, and nothing is changed, where the connection has another version by now. */
export const editConnection = async (
  db: Queryable,
  id: ConnectionId,
  { displayName, privacy, teamId, version }: ConnectionEdit,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update importer.connections set display_name = coalesce($2, display_name), privacy = coalesce($3, privacy),
       team_id = case when $3::text is null then team_id else $4::uuid end
     where id = $1 and ($5::int is null or version = $5)`,
    [id, displayName ?? null, privacy ?? null, teamId ?? null, version ?? null],
  );
  return rowCount === 1;
};

/**
 * A phase replaces the problem and the pause note of the phase before. A disconnected connection stays disconnected.
 * False when there is no such connection.
 */
export const setPhase = async (
  db: Queryable,
  id: ConnectionId,
  phase: Exclude<Phase, 'disconnected'>,
  problem?: Problem,
  note?: string,
): Promise<boolean> => {
  const { rows } = await db.query(
    `with changed as (
       update importer.connections set phase = $2, problem_code = $3, problem = $4, pause_note = $5
       where id = $1 and phase <> 'disconnected')
     select from importer.connections where id = $1`,
    [id, phase, problem?.code ?? null, problem?.nextStep ?? null, note ?? null],
  );
  return rows.length === 1;
};

export const setChoice = async (db: Queryable, id: ConnectionId, choice: Choice): Promise<void> => {
  await db.query('update importer.connections set choice = $2 where id = $1', [id, choice]);
};

/** The credential of the X user must be stored before. */
export const attachXUser = async (db: Queryable, id: ConnectionId, xUserId: XUserId): Promise<void> => {
  await db.query(`update importer.connections set x_user_id = $2 where id = $1 and phase <> 'disconnected'`, [
    id,
    xUserId,
  ]);
};

/** Every connection on the credential of an X user: a refusal or a new sign-in concerns them all. Oldest first. */
export const connectionsOfXUser = async (db: Queryable, xUserId: XUserId): Promise<readonly ConnectionId[]> => {
  const { rows } = await db.query<{ id: ConnectionId }>(
    `select id from importer.connections where x_user_id = $1 and phase <> 'disconnected' order by created_at, id`,
    [xUserId],
  );
  return rows.map(({ id }) => id);
};

/** Deletes a connection that ended without ever having read an account. Its sign-ins go with it. Safe to repeat. */
export const deleteUnfinished = async (db: Queryable, id: ConnectionId): Promise<void> => {
  await db.query(
    `delete from importer.connections c where c.id = $1 and c.phase = 'disconnected' and c.choice is null
       and not exists (select from importer.grants g where g.connection_id = c.id)
       and not exists (select from importer.import_runs r where r.connection_id = c.id)`,
    [id],
  );
};

/** Ends a connection and its grants; stored facts stay. Safe to repeat. */
export const markDisconnected = (db: Db, id: ConnectionId): Promise<void> =>
  db.transaction(async (client) => {
    await client.query(
      `update importer.connections set phase = 'disconnected', problem_code = null, problem = null, pause_note = null,
         disconnected_at = coalesce(disconnected_at, now())
       where id = $1`,
      [id],
    );
    await client.query('update importer.grants set ended_at = now() where connection_id = $1 and ended_at is null', [
      id,
    ]);
  });
