import type { ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

export interface Workspace {
  readonly id: string;
  readonly name: string;
}

/** Those with this id or name; locked, so that nothing is added to them meanwhile. */
export const findWorkspaces = async (tx: Queryable, nameOrId: string): Promise<readonly Workspace[]> => {
  const { rows } = await tx.query<Workspace & Record<string, unknown>>(
    'select id, name from app.workspaces where id::text = $1 or name = $1 order by id for update',
    [nameOrId],
  );
  return rows;
};

interface NamedConnection {
  readonly id: ConnectionId;
  readonly displayName: string;
}

/** The connections of a workspace that go on, and ended ones with data that no connection elsewhere reads. */
export const whatStopsDeletion = async (
  tx: Queryable,
  workspaceId: string,
): Promise<{ readonly live: readonly NamedConnection[]; readonly withData: readonly NamedConnection[] }> => {
  const { rows } = await tx.query<NamedConnection & { live: boolean } & Record<string, unknown>>(
    `select c.id, c.display_name as "displayName", c.phase <> 'disconnected' as live from importer.connections c
     where c.workspace_id = $1 and (c.phase <> 'disconnected' or (c.deletion_began_at is not null and c.deletion_ended_at is null)
       or exists (
         select from importer.import_runs r where r.connection_id = c.id and not exists (
           select from importer.grants g join importer.connections o on o.id = g.connection_id
           where g.account_id = r.account_id and o.workspace_id <> $1)))
     order by c.created_at, c.id`,
    [workspaceId],
  );
  const named = (live: boolean) => rows.flatMap(({ live: is, ...connection }) => (is === live ? connection : []));
  return { live: named(true), withData: named(false) };
};

/**
 * Deletes a workspace with its ended connections, members, teams, links, keys and settings. What its runs have read and
 * connections elsewhere still read is theirs from then on.
 */
export const deleteWorkspaceRows = async (
  tx: Queryable,
  workspaceId: string,
): Promise<{ readonly connections: number; readonly members: number }> => {
  await tx.query(
    `update importer.import_runs r set connection_id = (
       select g.connection_id from importer.grants g join importer.connections o on o.id = g.connection_id
       where g.account_id = r.account_id and o.workspace_id <> $1
       order by g.ended_at desc nulls first, g.created_at, g.connection_id limit 1)
     where r.connection_id in (select id from importer.connections where workspace_id = $1)`,
    [workspaceId],
  );
  await tx.query(
    'delete from importer.grants where connection_id in (select id from importer.connections where workspace_id = $1)',
    [workspaceId],
  );
  const connections = await tx.query('delete from importer.connections where workspace_id = $1', [workspaceId]);
  const { rows } = await tx.query<{ members: number }>(
    'select count(*)::int as members from app.memberships where workspace_id = $1',
    [workspaceId],
  );
  await tx.query('delete from app.workspaces where id = $1', [workspaceId]);
  return { connections: connections.rowCount ?? 0, members: rows[0]?.members ?? 0 };
};
