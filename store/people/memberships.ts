import type { Instant } from '../../domain/calendar.js';
import type { Role } from '../../domain/viewer.js';
import { type Queryable, sqlState } from '../pool.js';

export interface TeamName {
  readonly id: string;
  readonly name: string;
}

/** A person in one workspace. */
export interface Membership {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly role: Role;
  readonly teams: readonly TeamName[];
}

const TEAMS = `coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.name)
  from app.team_members tm join app.teams t on t.id = tm.team_id
  where tm.workspace_id = m.workspace_id and tm.person_id = m.person_id), '[]')`;

/** The workspaces of a person, the one joined first in front. */
export const membershipsOf = async (db: Queryable, personId: string): Promise<readonly Membership[]> => {
  const { rows } = await db.query<Membership & Record<string, unknown>>(
    `select m.workspace_id as "workspaceId", w.name as "workspaceName", m.role, ${TEAMS} as teams
     from app.memberships m join app.workspaces w on w.id = m.workspace_id
     where m.person_id = $1 order by m.joined_at, m.workspace_id`,
    [personId],
  );
  return rows;
};

export interface Member {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly teams: readonly TeamName[];
  readonly joinedAt: Instant;
  readonly lastSeenAt: Instant | null;
  /** Made by them or handed over to them, and not disconnected. */
  readonly connections: number;
}

export const membersOf = async (db: Queryable, workspaceId: string): Promise<readonly Member[]> => {
  const { rows } = await db.query<Member & Record<string, unknown>>(
    `select m.person_id as "personId", p.name, p.email, m.role, ${TEAMS} as teams, m.joined_at as "joinedAt",
       (select max(s.updated_at) from app.sessions s where s.person_id = m.person_id) as "lastSeenAt",
       (select count(*) from importer.connections c where c.workspace_id = m.workspace_id
         and c.created_by = m.person_id::text and c.phase <> 'disconnected') as connections
     from app.memberships m join app.people p on p.id = m.person_id
     where m.workspace_id = $1 order by lower(p.name), m.person_id`,
    [workspaceId],
  );
  return rows;
};

/** Safe to repeat; a member who is there keeps the role. */
export const addMember = async (
  db: Queryable,
  { workspaceId, personId, role }: { readonly workspaceId: string; readonly personId: string; readonly role: Role },
): Promise<void> => {
  await db.query(
    'insert into app.memberships (workspace_id, person_id, role) values ($1, $2, $3) on conflict do nothing',
    [workspaceId, personId, role],
  );
};

/** The constraint that refuses the last owner's leaving. */
export const isLastOwner = (error: unknown): boolean =>
  sqlState(error) === '23514' &&
  error instanceof Error &&
  'constraint' in error &&
  error.constraint === 'memberships_keep_an_owner';

/** False where there is no such member. @throws what `isLastOwner` recognizes */
export const changeRole = async (
  db: Queryable,
  { workspaceId, personId, role }: { readonly workspaceId: string; readonly personId: string; readonly role: Role },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    'update app.memberships set role = $3 where workspace_id = $1 and person_id = $2',
    [workspaceId, personId, role],
  );
  return rowCount === 1;
};

/**
 * Ends a membership, and the sessions of a person who is in no other workspace. Their connections are the other person's from
 * then on.
 * @returns how many connections have been handed over
 * @throws what `isLastOwner` recognizes
 */
export const removeMember = async (
  tx: Queryable,
  {
    workspaceId,
    personId,
    transferTo,
  }: { readonly workspaceId: string; readonly personId: string; readonly transferTo: string },
): Promise<number> => {
  const { rowCount } = await tx.query(
    'update importer.connections set created_by = $3 where workspace_id = $1 and created_by = $2',
    [workspaceId, personId, transferTo],
  );
  await tx.query('delete from app.memberships where workspace_id = $1 and person_id = $2', [workspaceId, personId]);
  await tx.query(
    `delete from app.sessions where person_id = $1
       and not exists (select from app.memberships where person_id = $1)`,
    [personId],
  );
  return rowCount ?? 0;
};
