import type { DailyGrant } from '../../domain/daily.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** The grants on an account that have not ended, of all connections, with what may keep them from being read. */
export const dailyGrants = async (db: Queryable, accountId: AccountId): Promise<readonly DailyGrant[]> => {
  const { rows } = await db.query<DailyGrant & Record<string, unknown>>(
    `select g.connection_id as "connectionId", c.x_user_id as "xUserId", c.phase,
       coalesce(k.status = 'valid', false) as "credentialValid", g.wait_days as wait, g.look_back_days as "lookBack",
       to_char(g.daily_at, 'HH24:MI') as "dailyAt", g.history_from as "historyFrom", g.status
     from importer.grants g
     join importer.connections c on c.id = g.connection_id
     left join importer.credentials k on k.x_user_id = c.x_user_id
     where g.account_id = $1 and g.ended_at is null
     order by g.created_at, g.connection_id`,
    [accountId],
  );
  return rows;
};

/** Every account that a connection has ever been granted: its schedule may have to change with the connection. */
export const accountsOfConnection = async (
  db: Queryable,
  connectionId: ConnectionId,
): Promise<readonly AccountId[]> => {
  const { rows } = await db.query<{ id: AccountId }>(
    'select account_id as id from importer.grants where connection_id = $1 order by account_id',
    [connectionId],
  );
  return rows.map(({ id }) => id);
};
