import type { Instant } from '../../domain/calendar.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** What X's headers last said of a window that counts calls which the viewer's connections make. */
export interface Quota {
  /** The X user, as `@name`, or the name of the account. */
  readonly whose: string;
  readonly family: string;
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  /** X's clock. */
  readonly resetsAt: Instant;
}

/** Windows that have not been reset since. */
export const quotaSeen = async (db: Queryable, viewer: Viewer): Promise<readonly Quota[]> => {
  const { rows } = await db.query<Quota & Record<string, unknown>>(
    `with seen as (select id, x_user_id from importer.visible_connections($1) where phase <> 'disconnected'),
     scopes as (
       select distinct 'user:' || k.x_user_id as scope, '@' || k.screen_name as whose
       from seen join importer.credentials k using (x_user_id)
       union
       select 'account:' || a.id, a.name from seen
       join importer.grants g on g.connection_id = seen.id and g.ended_at is null
       join importer.accounts a on a.id = g.account_id
     )
     select s.whose, w.family, w.window_limit as limit, w.remaining, w.window_seconds as "windowSeconds",
       w.reset_at as "resetsAt"
     from scopes s join importer.rate_limit_windows w using (scope)
     where w.reset_at > clock_timestamp() order by w.remaining::float8 / greatest(w.window_limit, 1), s.whose, w.family`,
    [viewer],
  );
  return rows;
};
