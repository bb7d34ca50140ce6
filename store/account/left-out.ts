import type { Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId, XUserId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** Something of X's that could not be read. */
export interface LeftOutItem {
  /** X's id as far as it can be read, else its place in the answer. */
  readonly id: string;
  readonly reason: string;
}

/** A list of X that was read to its end. */
export interface ReadList {
  readonly of: { readonly accountId: AccountId } | { readonly xUserId: XUserId };
  /** X's name of it, such as `campaigns`. */
  readonly list: string;
  /** What was left out of it. */
  readonly items: readonly LeftOutItem[];
  readonly observedAt: Instant;
}

const ITEMS_KEPT = 100;

/** Stores what was left out of a list, in place of what was left out of it before. Safe to repeat: by list. */
export const noteLeftOut = async (db: Queryable, { of, list, items, observedAt }: ReadList): Promise<void> => {
  const accountId = 'accountId' in of ? of.accountId : null;
  const scope = 'accountId' in of ? `account:${of.accountId}` : `user:${of.xUserId}`;
  if (items.length === 0) {
    await db.query('delete from importer.left_out where scope = $1 and list = $2', [scope, list]);
    return;
  }
  await db.query(
    `insert into importer.left_out (scope, list, account_id, items, item_count, observed_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (scope, list) do update
       set items = excluded.items, item_count = excluded.item_count, observed_at = excluded.observed_at`,
    [scope, list, accountId, JSON.stringify(items.slice(0, ITEMS_KEPT)), items.length, observedAt],
  );
};

/** What one list of X had that could not be read. */
export interface LeftOutList {
  /** Null for the list of accounts. */
  readonly accountId: AccountId | null;
  readonly list: string;
  readonly items: readonly LeftOutItem[];
  /** All of them; `items` has a hundred at most. */
  readonly count: number;
  readonly observedAt: Instant;
}

/** What was left out of the lists of a connection's X user and of the accounts that it reads. */
export const leftOutOf = async (
  db: Queryable,
  viewer: Viewer,
  connectionId: ConnectionId,
): Promise<readonly LeftOutList[]> => {
  const { rows } = await db.query<LeftOutList & Record<string, unknown>>(
    `select l.account_id as "accountId", l.list, l.items, l.item_count as count, l.observed_at as "observedAt"
     from importer.visible_connections($2) c
     join importer.left_out l on l.scope = 'user:' || c.x_user_id or l.account_id in (
       select g.account_id from importer.grants g where g.connection_id = c.id and g.ended_at is null)
     where c.id = $1 order by l.account_id nulls first, l.list`,
    [connectionId, viewer],
  );
  return rows;
};
