import type { Instant } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';
import { hashOf, newToken } from './tokens.js';

export interface AuthorizationLink {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Somebody has continued to X with it. */
  readonly begun: boolean;
}

const SELECT = `select l.id, l.connection_id as "connectionId", c.workspace_id as "workspaceId", w.name as "workspaceName",
    l.created_by as "createdBy", p.name as "createdByName", l.created_at as "createdAt", l.expires_at as "expiresAt",
    l.browser_sha256 is not null as begun
  from app.authorization_links l join importer.connections c on c.id = l.connection_id
  join app.workspaces w on w.id = c.workspace_id join app.people p on p.id = l.created_by`;
const OPEN = `l.used_at is null and l.expires_at > now()`;
const LIVE = `${OPEN} and c.phase <> 'disconnected'`;

/** The token is known to whoever gets it here, and to nobody later. */
export const createAuthorizationLink = async (
  db: Queryable,
  {
    connectionId,
    createdBy,
    days,
  }: { readonly connectionId: ConnectionId; readonly createdBy: string; readonly days: number },
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Instant }> => {
  const token = newToken();
  const { rows } = await db.query<{ id: string; expiresAt: Instant }>(
    `insert into app.authorization_links (token_hash, connection_id, created_by, expires_at)
     values ($1, $2, $3, now() + make_interval(days => $4)) returning id, expires_at as "expiresAt"`,
    [hashOf(token), connectionId, createdBy, days],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a link was not stored');
  return { ...row, token };
};

/** The link, as long as it can be used. Reading it uses nothing up. */
export const readAuthorizationLink = async (db: Queryable, token: string): Promise<AuthorizationLink | undefined> => {
  const { rows } = await db.query<AuthorizationLink & Record<string, unknown>>(
    `${SELECT} where l.token_hash = $1 and ${LIVE}`,
    [hashOf(token)],
  );
  return rows[0];
};

/** The link that this browser has continued with, used up or not. */
export const linkOfBrowser = async (
  db: Queryable,
  browser: string,
): Promise<(AuthorizationLink & { readonly isOpen: boolean }) | undefined> => {
  const { rows } = await db.query<AuthorizationLink & { isOpen: boolean } & Record<string, unknown>>(
    `select link.*, exists (select from app.authorization_links l where l.id = link.id and ${OPEN}) as "isOpen"
     from (${SELECT} where l.browser_sha256 = $1) as link`,
    [hashOf(browser)],
  );
  return rows[0];
};

/** Whether the session of a sign-in is that of a browser which continued with a link. */
export const isLinkSession = async (db: Queryable, sessionHash: string | null): Promise<boolean> => {
  if (sessionHash === null) return false;
  const { rows } = await db.query(`select from app.authorization_links where browser_sha256 = decode($1, 'hex')`, [
    sessionHash,
  ]);
  return rows.length > 0;
};

/** Binds the link to the browser; false where it is bound to another, or cannot be used any more. */
export const bindToBrowser = async (db: Queryable, id: string, browser: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update app.authorization_links l set browser_sha256 = $2
     where l.id = $1 and ${OPEN} and (l.browser_sha256 is null or l.browser_sha256 = $2)`,
    [id, hashOf(browser)],
  );
  return rowCount === 1;
};

/** Uses the link up: of several who do it at once one gets true. */
export const spendAuthorizationLink = async (db: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update app.authorization_links l set used_at = now() where l.id = $1 and ${OPEN}`,
    [id],
  );
  return rowCount === 1;
};

/** Those of a connection that can still be used, newest first. */
export const openAuthorizationLinks = async (
  db: Queryable,
  connectionId: ConnectionId,
): Promise<readonly AuthorizationLink[]> => {
  const { rows } = await db.query<AuthorizationLink & Record<string, unknown>>(
    `${SELECT} where l.connection_id = $1 and ${LIVE} order by l.created_at desc, l.id`,
    [connectionId],
  );
  return rows;
};

/** Withdraws a link of the connection that is not used up. */
export const withdrawAuthorizationLink = async (
  db: Queryable,
  connectionId: ConnectionId,
  id: string,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `delete from app.authorization_links where connection_id = $1 and id = $2 and used_at is null`,
    [connectionId, id],
  );
  return rowCount === 1;
};
