import type { ConnectionId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

export interface EndCounts {
  readonly accounts: number;
  readonly accountsNobodyElseReads: number;
  readonly imports: number;
  readonly connectionsOfSameUser: number;
  /** Of the accounts that nobody else reads, as their receipts count them. */
  readonly rows: number;
}

/** What ends, and what would be deleted, with a connection that the viewer sees. */
export const endCounts = async (db: Queryable, viewer: Viewer, connectionId: ConnectionId): Promise<EndCounts> => {
  const { rows } = await db.query<EndCounts & Record<string, unknown>>(
    `with connection as (select id, x_user_id from importer.visible_connections($2) where id = $1),
     granted as (
       select g.account_id, not exists (
           select from importer.grants o
           where o.account_id = g.account_id and o.ended_at is null and o.connection_id <> g.connection_id) as alone
       from importer.grants g join connection c on c.id = g.connection_id
     )
     select
       (select count(*) from importer.grants g join connection c on c.id = g.connection_id where g.ended_at is null)
         as accounts,
       (select count(*) from granted where alone) as "accountsNobodyElseReads",
       (select count(*) from importer.import_runs r join connection c on c.id = r.connection_id
         where r.state = 'running') as imports,
       (select count(*) from importer.connections o join connection c on c.x_user_id = o.x_user_id
         where o.id <> c.id and o.phase <> 'disconnected') as "connectionsOfSameUser",
       (select coalesce(sum(p.rows_new), 0)::bigint from importer.receipts p join granted g using (account_id)
         where g.alone) as rows`,
    [connectionId, viewer],
  );
  return rows[0] ?? { accounts: 0, accountsNobodyElseReads: 0, imports: 0, connectionsOfSameUser: 0, rows: 0 };
};
