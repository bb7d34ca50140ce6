import type { ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** What somebody has chosen for a connection and not saved yet; undefined where there is nothing. */
export const getChoiceDraft = async (db: Queryable, id: ConnectionId): Promise<unknown> => {
  const { rows } = await db.query<{ draft: unknown }>('select draft from app.choice_drafts where connection_id = $1', [
    id,
  ]);
  return rows[0]?.draft;
};

/** Keeps it until it is saved, or the connection ends. A connection that has been chosen for keeps none. */
export const keepChoiceDraft = async (db: Queryable, id: ConnectionId, draft: object): Promise<void> => {
  await db.query(
    `insert into app.choice_drafts (connection_id, draft)
     select c.id, $2 from importer.connections c where c.id = $1 and c.choice is null
     on conflict (connection_id) do update set draft = excluded.draft, updated_at = now()`,
    [id, draft],
  );
};

export const forgetChoiceDraft = async (db: Queryable, id: ConnectionId): Promise<void> => {
  await db.query('delete from app.choice_drafts where connection_id = $1', [id]);
};
