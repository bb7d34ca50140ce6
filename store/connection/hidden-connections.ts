import type { Instant } from '../../domain/calendar.js';
import type { Phase } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** That a connection is there, which is not shared with the viewer: not its name, its X user or its numbers. */
export interface HiddenConnection {
  readonly id: ConnectionId;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly privacy: 'private' | 'team';
  readonly phase: Phase;
}

/** Those of the viewer's workspace that go on, newest first. Only owners and admins are shown them. */
export const listHiddenConnections = async (
  db: Queryable,
  viewer: Extract<Viewer, { kind: 'member' }>,
): Promise<readonly HiddenConnection[]> => {
  if (viewer.role !== 'owner' && viewer.role !== 'admin') return [];
  const { rows } = await db.query<HiddenConnection & Record<string, unknown>>(
    `select c.id, c.created_by as "createdBy", c.created_at as "createdAt", c.privacy, c.phase
     from importer.connections c
     where c.workspace_id = $1 and c.phase <> 'disconnected'
       and not exists (select from importer.visible_connections($2) v where v.id = c.id)
     order by c.created_at desc, c.id`,
    [viewer.workspaceId, viewer],
  );
  return rows;
};

/** From now on the connection is this person's. */
export const transferConnection = async (db: Queryable, id: ConnectionId, personId: string): Promise<void> => {
  await db.query('update importer.connections set created_by = $2 where id = $1', [id, personId]);
};
