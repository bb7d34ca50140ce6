import type { AccountPermission } from '../../domain/access.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { AccountStatus } from '../../domain/account-problem.js';
import type { Queryable } from '../pool.js';

/** What X last said of an account, as it concerns one connection that reads it. */
export interface GrantedAccount extends AccountStatus {
  /** Of the connection's X user; undefined when X no longer shows the account to it. */
  readonly permissions: readonly AccountPermission[] | undefined;
}

/** What X last said of an account, or undefined where the connection has no grant on it. */
export const grantedAccount = async (
  db: Queryable,
  connectionId: ConnectionId,
  accountId: AccountId,
): Promise<GrantedAccount | undefined> => {
  // A currency counts as changed where an entity with stored numbers had another one when the account was chosen, or at
  // first when it came later. So a change back at X cures it, and choosing the account again accepts it.
  const { rows } = await db.query<{
    deleted: boolean;
    approvalStatus: string;
    permissions: readonly AccountPermission[] | null;
    currencyChange: { was: string; is: string } | null;
  }>(
    `select a.deleted, a.approval_status as "approvalStatus", s.permissions, c.change as "currencyChange"
     from importer.grants g
     join importer.connections n on n.id = g.connection_id
     join importer.accounts a on a.id = g.account_id
     left join importer.account_access s on s.x_user_id = n.x_user_id and s.account_id = a.id and s.lost_at is null
     left join lateral (
       select json_build_object('was', v.currency, 'is', e.currency) as change
       from (
         select distinct on (level, entity_id) level, entity_id, currency
         from importer.entity_versions
         where account_id = a.id and currency is not null
           and superseded_at > coalesce(g.currencies_accepted_at, '-infinity')
         order by level, entity_id, observed_at
       ) v
       join importer.entities e on e.account_id = a.id and e.level = v.level and e.entity_id = v.entity_id
       where e.currency <> v.currency
         and exists (select from importer.facts f
           where f.account_id = a.id and f.level = e.level and f.entity_id = e.entity_id)
       order by v.level, v.entity_id limit 1
     ) c on true
     where g.connection_id = $1 and g.account_id = $2 and g.ended_at is null`,
    [connectionId, accountId],
  );
  const [row] = rows;
  return row && { ...row, permissions: row.permissions ?? undefined, currencyChange: row.currencyChange ?? undefined };
};
