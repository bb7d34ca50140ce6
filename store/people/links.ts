import type { Instant } from '../../domain/calendar.js';
import type { Role } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';
import { hashOf, newToken } from './tokens.js';

export type LinkKind = 'first_person' | 'sign_in' | 'invitation';

export interface Link {
  readonly id: string;
  readonly kind: LinkKind;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly personId: string | null;
  readonly personName: string | null;
  readonly email: string | null;
  /** Null for a link of the kind `sign_in`. */
  readonly role: Role | null;
  readonly teamIds: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

const SELECT = `l.id, l.kind, l.workspace_id as "workspaceId", w.name as "workspaceName", l.person_id as "personId",
  p.name as "personName", coalesce(l.email, p.email) as email, l.role, l.team_ids as "teamIds", l.created_by as "createdBy",
  l.created_at as "createdAt", l.expires_at as "expiresAt"`;
const JOINS = 'join app.workspaces w on w.id = l.workspace_id left join app.people p on p.id = l.person_id';
const OPEN = 'l.used_at is null and l.expires_at > now()';

export interface NewLink {
  readonly kind: LinkKind;
  readonly workspaceId: string;
  readonly personId?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly teamIds?: readonly string[] | undefined;
  readonly createdBy: string;
  readonly minutes: number;
}

/** The token is known to whoever gets it here, and to nobody later. */
export const createLink = async (
  db: Queryable,
  link: NewLink,
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Instant }> => {
  const token = newToken();
  const { rows } = await db.query<{ id: string; expiresAt: Instant }>(
    `insert into app.links (token_hash, kind, workspace_id, person_id, email, role, team_ids, created_by, expires_at)
     values ($1, $2, $3, $4, lower($5), $6, $7, $8, now() + make_interval(mins => $9))
     returning id, expires_at as "expiresAt"`,
    [
      hashOf(token),
      link.kind,
      link.workspaceId,
      link.personId ?? null,
      link.email ?? null,
      link.role ?? null,
      link.teamIds ?? [],
      link.createdBy,
      link.minutes,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a link was not stored');
  return { id: row.id, token, expiresAt: row.expiresAt };
};

/** The link, as long as it can be used. Reading it uses nothing up. */
export const readLink = async (db: Queryable, token: string): Promise<Link | undefined> => {
  const { rows } = await db.query<Link & Record<string, unknown>>(
    `select ${SELECT} from app.links l ${JOINS} where l.token_hash = $1 and ${OPEN}`,
    [hashOf(token)],
  );
  return rows[0];
};

/** Uses the link up: of several who do it at once one gets true. A rollback gives it back. */
export const spendLink = async (tx: Queryable, token: string): Promise<boolean> => {
  const { rowCount } = await tx.query(`update app.links l set used_at = now() where l.token_hash = $1 and ${OPEN}`, [
    hashOf(token),
  ]);
  return rowCount === 1;
};

/** The oldest open invitation that names the address. */
export const findInvitation = async (db: Queryable, email: string): Promise<Link | undefined> => {
  const { rows } = await db.query<Link & Record<string, unknown>>(
    `select ${SELECT} from app.links l ${JOINS}
     where l.kind = 'invitation' and l.email = lower($1) and ${OPEN} order by l.created_at, l.id limit 1`,
    [email],
  );
  return rows[0];
};

/** Uses a link up that is known by its id: of several who do it at once one gets true. */
export const spendLinkById = async (tx: Queryable, id: string): Promise<boolean> => {
  const { rowCount } = await tx.query(`update app.links l set used_at = now() where l.id = $1 and ${OPEN}`, [id]);
  return rowCount === 1;
};

/** The invitations of a workspace that can still be used, newest first. */
export const openInvitations = async (db: Queryable, workspaceId: string): Promise<readonly Link[]> => {
  const { rows } = await db.query<Link & Record<string, unknown>>(
    `select ${SELECT} from app.links l ${JOINS}
     where l.workspace_id = $1 and l.kind = 'invitation' and ${OPEN} order by l.created_at desc, l.id`,
    [workspaceId],
  );
  return rows;
};

/** Withdraws an invitation that has not been used. Undefined where there is none. */
export const withdrawInvitation = async (
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<{ readonly email: string | null; readonly role: Role } | undefined> => {
  const { rows } = await db.query<{ email: string | null; role: Role }>(
    `delete from app.links where workspace_id = $1 and id = $2 and kind = 'invitation' and used_at is null
     returning email, role`,
    [workspaceId, id],
  );
  return rows[0];
};
