import type { AccountId, ConnectionId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** Something whose name or id holds what was looked for, with a connection through which the viewer sees it. */
export interface Found {
  readonly kind: 'connection' | 'account' | 'campaign';
  readonly id: string;
  readonly name: string;
  readonly connectionId: ConnectionId;
  /** Where it belongs to: a connection's X user, an account's connection, a campaign's account. */
  readonly within: string | null;
  /** Of an account and a campaign. */
  readonly accountId: AccountId | null;
}

const MOST_OF_A_KIND = 8;

/** Connections, ad accounts and campaigns that the viewer sees, by kind; those whose names begin with the text come first. */
export const searchNames = async (db: Queryable, viewer: Viewer, text: string): Promise<readonly Found[]> => {
  const { rows } = await db.query<Found & Record<string, unknown>>(
    `with looked as (select '%' || replace(replace(replace($2, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%' as pattern),
     seen as (select c.* from importer.visible_connections($1) c where c.phase <> 'disconnected'),
     accounts as (
       select distinct on (a.id) a.id, a.name, s.id as connection_id, s.display_name
       from seen s join importer.grants g on g.connection_id = s.id and g.ended_at is null
       join importer.accounts a on a.id = g.account_id order by a.id, s.created_at
     ),
     found as (
       select 1 as place, 'connection' as kind, s.id::text as id, s.display_name as name, s.id as connection_id,
         '@' || k.screen_name as within, null as account_id
       from seen s left join importer.credentials k using (x_user_id), looked
       where s.display_name ilike pattern or k.screen_name ilike pattern or s.id::text = $2
       union all
       select 2, 'account', a.id, a.name, a.connection_id, a.display_name, a.id from accounts a, looked
       where a.name ilike pattern or a.id = $2
       union all
       select 3, 'campaign', e.entity_id, coalesce(e.name, e.entity_id), a.connection_id, a.name, a.id
       from accounts a join importer.entities e on e.account_id = a.id and e.level = 'CAMPAIGN', looked
       where e.name ilike pattern or e.entity_id = $2
     ),
     numbered as (
       select *, row_number() over (partition by place
         order by strpos(lower(name), lower($2)) <> 1, lower(name), id) as n from found
     )
     select kind, id, name, connection_id as "connectionId", within, account_id as "accountId"
     from numbered where n <= ${MOST_OF_A_KIND} order by place, n`,
    [viewer, text],
  );
  return rows;
};
