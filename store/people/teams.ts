import { type Queryable, sqlState } from '../pool.js';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly personIds: readonly string[];
  readonly connections: number;
}

export const teamsOf = async (db: Queryable, workspaceId: string): Promise<readonly Team[]> => {
  const { rows } = await db.query<Team & Record<string, unknown>>(
    `select t.id, t.name,
       array(select person_id::text from app.team_members m where m.team_id = t.id order by 1) as "personIds",
       (select count(*) from importer.connections c where c.team_id = t.id and c.phase <> 'disconnected') as connections
     from app.teams t where t.workspace_id = $1 order by lower(t.name), t.id`,
    [workspaceId],
  );
  return rows;
};

/** Another team of the workspace has the name. */
export const isTakenName = (error: unknown): boolean => sqlState(error) === '23505';

/** @throws what `isTakenName` recognizes */
export const createTeam = async (db: Queryable, workspaceId: string, name: string): Promise<string> => {
  const { rows } = await db.query<{ id: string }>(
    'insert into app.teams (workspace_id, name) values ($1, $2) returning id',
    [workspaceId, name],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a team was not stored');
  return row.id;
};

/** @returns the name before; undefined where there is no such team. @throws what `isTakenName` recognizes */
export const renameTeam = async (
  db: Queryable,
  workspaceId: string,
  id: string,
  name: string,
): Promise<string | undefined> => {
  const { rows } = await db.query<{ name: string }>(
    `update app.teams t set name = $3 from app.teams b
     where t.workspace_id = $1 and t.id = $2 and b.id = t.id returning b.name`,
    [workspaceId, id, name],
  );
  return rows[0]?.name;
};

/**
 * What was shared with the team becomes private to whoever made it: never more people see it than before. Within a
 * transaction.
 * @returns its name; undefined where there is no such team
 */
export const removeTeam = async (tx: Queryable, workspaceId: string, id: string): Promise<string | undefined> => {
  await tx.query(
    `update importer.connections set privacy = 'private', team_id = null where workspace_id = $1 and team_id = $2`,
    [workspaceId, id],
  );
  const { rows } = await tx.query<{ name: string }>(
    'delete from app.teams where workspace_id = $1 and id = $2 returning name',
    [workspaceId, id],
  );
  return rows[0]?.name;
};

/** Whether all of them are members of the workspace. */
const areMembers = async (db: Queryable, workspaceId: string, personIds: readonly string[]): Promise<boolean> => {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from app.memberships where workspace_id = $1 and person_id = any($2)',
    [workspaceId, personIds],
  );
  return rows[0]?.count === personIds.length;
};

/**
 * Within a transaction.
 * @returns the team's name and who was in it; undefined where the team, or one of the people, is not of the workspace
 */
export const setTeamMembers = async (
  tx: Queryable,
  workspaceId: string,
  id: string,
  personIds: readonly string[],
): Promise<{ readonly name: string; readonly was: readonly string[] } | undefined> => {
  const people = [...new Set(personIds)];
  await tx.query('select from app.teams where workspace_id = $1 and id = $2 for update', [workspaceId, id]);
  const team = (await teamsOf(tx, workspaceId)).find((each) => each.id === id);
  if (team === undefined || !(await areMembers(tx, workspaceId, people))) return undefined;
  await tx.query('delete from app.team_members where team_id = $1 and person_id <> all($2)', [id, people]);
  await addTeamMembers(tx, workspaceId, [id], people);
  return { name: team.name, was: team.personIds };
};

/** Into those of the teams that are still there. */
export const addTeamMembers = async (
  db: Queryable,
  workspaceId: string,
  teamIds: readonly string[],
  personIds: readonly string[],
): Promise<void> => {
  await db.query(
    `insert into app.team_members (team_id, workspace_id, person_id)
     select t.id, t.workspace_id, p.id from app.teams t, unnest($3::uuid[]) as p (id)
     where t.workspace_id = $1 and t.id = any($2) on conflict do nothing`,
    [workspaceId, teamIds, personIds],
  );
};

/** Whether all of them are teams of the workspace. */
export const areTeams = async (db: Queryable, workspaceId: string, teamIds: readonly string[]): Promise<boolean> => {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from app.teams where workspace_id = $1 and id = any($2)',
    [workspaceId, teamIds],
  );
  return rows[0]?.count === new Set(teamIds).size;
};
