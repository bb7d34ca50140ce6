import type { Instant } from '../../domain/calendar.js';
import type { Queryable } from '../pool.js';
import { hashOf, newToken } from './tokens.js';

export type ApiKeyScope = 'read' | 'read_write';

export interface ApiKey {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly prefix: string;
  readonly scope: ApiKeyScope;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

const COLUMNS = `id, workspace_id as "workspaceId", name, prefix, scope, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt"`;
const USABLE = 'revoked_at is null and (expires_at is null or expires_at > now())';
const PREFIX_LENGTH = 'xads_'.length + 6;

/** The key is known to whoever gets it here, and to nobody later. */
export const createApiKey = async (
  db: Queryable,
  given: {
    readonly workspaceId: string;
    readonly name: string;
    readonly scope: ApiKeyScope;
    readonly createdBy: string;
    /** (Default: it does not expire) */
    readonly days?: number | undefined;
  },
): Promise<ApiKey & { readonly key: string }> => {
  const key = `xads_${newToken()}`;
  const { rows } = await db.query<ApiKey & Record<string, unknown>>(
    `insert into app.api_keys (workspace_id, name, key_hash, prefix, scope, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7)) returning ${COLUMNS}`,
    [
      given.workspaceId,
      given.name,
      hashOf(key),
      key.slice(0, PREFIX_LENGTH),
      given.scope,
      given.createdBy,
      given.days ?? null,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an API key was not stored');
  return { ...row, key };
};

/** The key, if it may be used. Its last use is noted to the minute. */
export const useApiKey = async (db: Queryable, key: string): Promise<ApiKey | undefined> => {
  const { rows } = await db.query<ApiKey & Record<string, unknown>>(
    `with found as (select ${COLUMNS} from app.api_keys where key_hash = $1 and ${USABLE}),
       noted as (update app.api_keys k set last_used_at = now() from found f
         where k.id = f.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute'))
     select * from found`,
    [hashOf(key)],
  );
  return rows[0];
};

export const listApiKeys = async (db: Queryable, workspaceId: string): Promise<readonly ApiKey[]> => {
  const { rows } = await db.query<ApiKey & Record<string, unknown>>(
    `select ${COLUMNS} from app.api_keys where workspace_id = $1 and revoked_at is null order by created_at desc, id`,
    [workspaceId],
  );
  return rows;
};

/** Its row stays, so that what it made keeps a name. @returns its name; undefined where there is none */
export const revokeApiKey = async (db: Queryable, workspaceId: string, id: string): Promise<string | undefined> => {
  const { rows } = await db.query<{ name: string }>(
    `update app.api_keys set revoked_at = now() where workspace_id = $1 and id = $2 and revoked_at is null returning name`,
    [workspaceId, id],
  );
  return rows[0]?.name;
};
