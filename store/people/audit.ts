import type { Instant } from '../../domain/calendar.js';
import type { Queryable } from '../pool.js';

export interface AuditEntry {
  readonly id: number;
  readonly at: Instant;
  /** A person's id, `key:` and an API key's id, or a name at the command line. */
  readonly actor: string;
  readonly actorName: string;
  /** Such as `member.role_changed`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly subjectName: string | null;
  readonly was: Readonly<Record<string, unknown>> | null;
  readonly became: Readonly<Record<string, unknown>> | null;
}

export interface Deed {
  readonly workspaceId: string;
  readonly actor: string;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId?: string | undefined;
  readonly subjectName?: string | undefined;
  readonly was?: Readonly<Record<string, unknown>> | undefined;
  readonly became?: Readonly<Record<string, unknown>> | undefined;
  readonly address?: string | undefined;
}

/** Notes what somebody did. Names are stored as they are now, so that the entry outlives what it speaks of. */
export const noteDeed = async (db: Queryable, deed: Deed): Promise<void> => {
  await db.query(
    `insert into app.audit (workspace_id, actor, actor_name, action, subject_kind, subject_id, subject_name, was, became, address)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      deed.workspaceId,
      deed.actor,
      deed.actorName,
      deed.action,
      deed.subjectKind,
      deed.subjectId ?? null,
      deed.subjectName ?? null,
      deed.was ?? null,
      deed.became ?? null,
      deed.address ?? null,
    ],
  );
};

/** Newest first. (Default: from the newest on) */
export const readAudit = async (
  db: Queryable,
  workspaceId: string,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<readonly AuditEntry[]> => {
  const { rows } = await db.query<AuditEntry & Record<string, unknown>>(
    `select id, at, actor, actor_name as "actorName", action, subject_kind as "subjectKind", subject_id as "subjectId",
       subject_name as "subjectName", was, became
     from app.audit where workspace_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    [workspaceId, before ?? null, limit],
  );
  return rows;
};
