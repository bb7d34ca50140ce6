import type { Instant } from '../../domain/calendar.js';
import type { Problem } from '../../domain/connection.js';
import type { XUserId } from '../../domain/ids.js';
import type { Db, Queryable } from '../pool.js';
import type { Sealer } from '../secrets.js';

/** A token pair of X, in clear: lives inside one activity. */
export interface TokenPair {
  readonly token: string;
  readonly secret: string;
}

export interface CredentialInfo {
  readonly xUserId: XUserId;
  readonly screenName: string;
  readonly status: 'valid' | 'rejected';
  readonly rejectedReason: string | null;
  /** What X refuses it for, and the one step that cures it; null while it is valid. */
  readonly problem: Problem | null;
  /** Changes whenever the token pair does: tells an old pair's refusal from the new pair's. */
  readonly version: Instant;
}

export type Credential = CredentialInfo & TokenPair;

/** The problem of a credential, by the alias of its table. */
export const credentialProblem = (k: string): string => `
  case when ${k}.status = 'rejected' then jsonb_build_object('code', coalesce(${k}.rejected_code, 'CredentialsRejected'),
    'nextStep', coalesce(${k}.rejected_next_step, 'X no longer accepts the credentials: reconnect.')) end`;

const INFO = `x_user_id as "xUserId", screen_name as "screenName", status, rejected_reason as "rejectedReason",
  updated_at as version, ${credentialProblem('credentials')} as problem`;

/** X hands out one pair per user and app, so authorising again replaces the pair and heals every connection on it. */
export const saveCredential = async (
  db: Queryable,
  sealer: Sealer,
  { xUserId, screenName, token, secret }: TokenPair & Pick<CredentialInfo, 'xUserId' | 'screenName'>,
): Promise<void> => {
  const { sealed, keyId } = sealer.seal(JSON.stringify({ token, secret }), xUserId);
  await db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ($1, $2, $3, $4)
     on conflict (x_user_id) do update set screen_name = excluded.screen_name, sealed = excluded.sealed,
       key_id = excluded.key_id, status = 'valid', rejected_at = null, rejected_reason = null,
       rejected_code = null, rejected_next_step = null,
       updated_at = clock_timestamp()`,
    [xUserId, screenName, sealed, keyId],
  );
};

export const getCredential = async (
  db: Queryable,
  sealer: Sealer,
  xUserId: XUserId,
): Promise<Credential | undefined> => {
  const { rows } = await db.query<CredentialInfo & { sealed: Buffer; keyId: string }>(
    `select ${INFO}, sealed, key_id as "keyId" from importer.credentials where x_user_id = $1`,
    [xUserId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { sealed, keyId, ...info } = row;
  const { token, secret } = JSON.parse(sealer.open(sealed, keyId, xUserId)) as TokenPair;
  return { ...info, token, secret };
};

/** Without opening the seal. */
export const getCredentialInfo = async (db: Queryable, xUserId: XUserId): Promise<CredentialInfo | undefined> => {
  const { rows } = await db.query<CredentialInfo>(`select ${INFO} from importer.credentials where x_user_id = $1`, [
    xUserId,
  ]);
  return rows[0];
};

/**
 * X refused this pair. A refusal of an earlier pair, which arrives after the person authorised again, changes nothing.
 * True for the one caller that made the change: it notifies, the others park silently.
 */
export const markCredentialRejected = async (
  db: Queryable,
  {
    xUserId,
    version,
    reason,
    problem,
  }: {
    readonly xUserId: XUserId;
    readonly version: Instant;
    readonly reason: string;
    /** (Default: the credentials are rejected, and a new sign-in cures it) */
    readonly problem?: Problem;
  },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update importer.credentials set status = 'rejected', rejected_at = now(), rejected_reason = $3,
       rejected_code = $4, rejected_next_step = $5
     where x_user_id = $1 and updated_at = $2 and status = 'valid'`,
    [xUserId, version, reason, problem?.code ?? null, problem?.nextStep ?? null],
  );
  return rowCount === 1;
};

/** Does a connection that has not ended still need this credential? Then it must not be revoked at X either. */
export const credentialInUse = async (db: Queryable, xUserId: XUserId): Promise<boolean> => {
  const { rows } = await db.query<{ used: boolean }>(
    `select exists (select from importer.connections where x_user_id = $1 and phase <> 'disconnected') as used`,
    [xUserId],
  );
  return rows[0]?.used ?? false;
};

/** X users whose credential no connection needs any more: theirs signed in again as somebody else, or has ended. */
export const unusedCredentials = async (db: Queryable): Promise<readonly XUserId[]> => {
  const { rows } = await db.query<{ x_user_id: XUserId }>(
    `select x_user_id from importer.credentials k
     where not exists (select from importer.connections c where c.x_user_id = k.x_user_id and c.phase <> 'disconnected')`,
  );
  return rows.map(({ x_user_id: id }) => id);
};

/**
 * Erases a credential that no connection needs any more; false when one does, or when it is gone already. The row lock
 * keeps out a connection that attaches itself meanwhile (its foreign key needs the row).
 */
export const eraseCredential = (db: Db, xUserId: XUserId): Promise<boolean> =>
  db.transaction(async (client) => {
    await client.query('select from importer.credentials where x_user_id = $1 for update', [xUserId]);
    if (await credentialInUse(client, xUserId)) return false;
    await client.query('update importer.connections set x_user_id = null where x_user_id = $1', [xUserId]);
    const { rowCount } = await client.query('delete from importer.credentials where x_user_id = $1', [xUserId]);
    return rowCount === 1;
  });
