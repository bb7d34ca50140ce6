import type { PoolClient } from 'pg';
import type { Instant } from '../../domain/calendar.js';
import type { Problem } from '../../domain/connection.js';
import type { TokenPair } from '../../domain/credential.js';
import type { XUserId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';
import type { Sealer } from '../secrets.js';

export interface CredentialInfo {
  readonly xUserId: XUserId;
  readonly screenName: string;
  readonly status: 'valid' | 'rejected';
  readonly rejectedReason: string | null;
  /** Why X refuses it, and the one step that cures it; null while it is valid. */
  readonly problem: Problem | null;
  /** Changes with the token pair, so that a refusal of an old pair is not taken for one of the new pair. */
  readonly version: Instant;
}

export type Credential = CredentialInfo & TokenPair;

/** The problem of the credential in the table with this alias, as one JSON value. */
export const credentialProblem = (k: string): string => `
  case when ${k}.status = 'rejected' then jsonb_build_object(
    'code', coalesce(${k}.rejected_code, 'CredentialsRejected'),
    'nextStep', coalesce(${k}.rejected_next_step, 'X no longer accepts the credentials: reconnect.')) end`;

const INFO = `x_user_id as "xUserId", screen_name as "screenName", status, rejected_reason as "rejectedReason",
  updated_at as version, ${credentialProblem('credentials')} as problem`;

/** X gives out one pair per user and app: signing in again replaces it and makes every connection on it work again. */
export const saveCredential = async (
  db: Queryable,
  sealer: Sealer,
  { xUserId, screenName, token, tokenSecret }: TokenPair & Pick<CredentialInfo, 'xUserId' | 'screenName'>,
): Promise<void> => {
  const { sealed, keyId } = sealer.seal(JSON.stringify({ token, tokenSecret }), xUserId);
  await db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ($1, $2, $3, $4)
     on conflict (x_user_id) do update set screen_name = excluded.screen_name, sealed = excluded.sealed,
       key_id = excluded.key_id, status = 'valid', rejected_at = null, rejected_reason = null,
       rejected_code = null, rejected_next_step = null,
       updated_at = clock_timestamp()`,
    [xUserId, screenName, sealed, keyId],
  );
};

/**
 * The credential with its token pair in clear.
 * @throws {SealBroken} when no key opens it
 */
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
  const { token, tokenSecret } = JSON.parse(sealer.open(sealed, keyId, xUserId)) as TokenPair;
  return { ...info, token, tokenSecret };
};

/** Without opening the seal. */
export const getCredentialInfo = async (db: Queryable, xUserId: XUserId): Promise<CredentialInfo | undefined> => {
  const { rows } = await db.query<CredentialInfo>(`select ${INFO} from importer.credentials where x_user_id = $1`, [
    xUserId,
  ]);
  return rows[0];
};

/**
 * Marks the token pair as refused by X. A refusal of an earlier pair, which arrives after the person has signed in
 * again, changes nothing. True for the one caller that made the change: that one notifies people.
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

/** X users whose credential no connection needs: each has signed in as another X user since, or has ended. */
export const unusedCredentials = async (db: Queryable): Promise<readonly XUserId[]> => {
  const { rows } = await db.query<{ id: XUserId }>(
    `select x_user_id as id from importer.credentials k
     where not exists (select from importer.connections c
       where c.x_user_id = k.x_user_id and c.phase <> 'disconnected')`,
  );
  return rows.map(({ id }) => id);
};

/**
 * Deletes a credential that no connection needs; false when one needs it, or when it is deleted already. The row lock
 * keeps a connection from being attached meanwhile, because its foreign key needs the row.
 */
export const eraseCredential = async (tx: PoolClient, xUserId: XUserId): Promise<boolean> => {
  await tx.query('select from importer.credentials where x_user_id = $1 for update', [xUserId]);
  if (await credentialInUse(tx, xUserId)) return false;
  await tx.query('update importer.connections set x_user_id = null where x_user_id = $1', [xUserId]);
  const { rowCount } = await tx.query('delete from importer.credentials where x_user_id = $1', [xUserId]);
  return rowCount === 1;
};

/** How many token pairs are sealed, by whatever key. */
export const sealedCredentials = async (db: Queryable): Promise<number> => {
  const { rows } = await db.query<{ count: number }>('select count(*) as count from importer.credentials');
  return rows[0]?.count ?? 0;
};
