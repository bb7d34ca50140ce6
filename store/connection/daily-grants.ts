import type { Day } from '../../domain/calendar.js';
import type { GrantStatus, Phase, WaitDays } from '../../domain/connection.js';
import type { DailyGrant } from '../../domain/daily.js';
import type { AccountId, ConnectionId, XUserId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

interface Row {
  connection_id: ConnectionId;
  x_user_id: XUserId | null;
  phase: Phase;
  credential_valid: boolean;
  wait_days: WaitDays;
  look_back_days: number;
  daily_at: string;
  history_from: Day | null;
  status: GrantStatus;
}

/** The live grants on an account, of all connections, with what stands in their way. */
export const dailyGrants = async (db: Queryable, accountId: AccountId): Promise<readonly DailyGrant[]> => {
  const { rows } = await db.query<Row>(
    `select g.connection_id, c.x_user_id, c.phase, coalesce(k.status = 'valid', false) as credential_valid, g.wait_days, g.look_back_days,
       to_char(g.daily_at, 'HH24:MI') as daily_at, g.history_from, g.status
     from importer.grants g
     join importer.connections c on c.id = g.connection_id
     left join importer.credentials k on k.x_user_id = c.x_user_id
     where g.account_id = $1 and g.ended_at is null
     order by g.created_at, g.connection_id`,
    [accountId],
  );
  return rows.map((row) => ({
    connectionId: row.connection_id,
    xUserId: row.x_user_id,
    phase: row.phase,
    credentialValid: row.credential_valid,
    wait: row.wait_days,
    lookBack: row.look_back_days,
    dailyAt: row.daily_at,
    historyFrom: row.history_from,
    status: row.status,
  }));
};

/** Every account that a connection has ever been granted: its schedules may have to change with the connection. */
export const accountsOfConnection = async (
  db: Queryable,
  connectionId: ConnectionId,
): Promise<readonly AccountId[]> => {
  const { rows } = await db.query<{ account_id: AccountId }>(
    'select account_id from importer.grants where connection_id = $1 order by account_id',
    [connectionId],
  );
  return rows.map(({ account_id: id }) => id);
};
