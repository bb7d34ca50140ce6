import type { ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** Who sees a connection: its workspace, or only the person who made it. Teams come with people. */
export const setPrivacy = async (db: Queryable, id: ConnectionId, privacy: 'workspace' | 'private'): Promise<void> => {
  await db.query('update importer.connections set privacy = $2, team_id = null where id = $1', [id, privacy]);
};
