import type { AccountId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** How many entities of an account are known at a level. */
export interface EntityCount {
  readonly accountId: AccountId;
  readonly level: Level;
  readonly entities: number;
  /** Mobile conversions are asked for as well. */
  readonly mobile: boolean;
}

/** Of accounts that the viewer's connections have imported before. */
export const entityCounts = async (
  db: Queryable,
  viewer: Viewer,
  accountIds: readonly AccountId[],
): Promise<readonly EntityCount[]> => {
  const { rows } = await db.query<EntityCount & Record<string, unknown>>(
    `select a.id as "accountId", e.level, count(*) as entities,
       bool_or(a.has_app_line_items and e.level in ('CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET')) as mobile
     from importer.visible_accounts($2) a join importer.entities e on e.account_id = a.id
     where a.id = any($1) and not e.deleted group by 1, 2`,
    [accountIds, viewer],
  );
  return rows;
};
