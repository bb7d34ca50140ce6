import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/calendar.js';
import type { Problem } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';
import type { Sealer } from '../secrets.js';

export type OauthRequestId = string;
/**
 * `asked`: X was not called yet. `pending`: the person is at X's consent page. `callback_received`: X has sent the
 * person back with a verifier, which is still to be exchanged for a token pair.
 */
export type OauthRequestState =
  | 'asked'
  | 'pending'
  | 'callback_received'
  | 'denied'
  | 'exchanged'
  | 'expired'
  | 'failed';

export interface OauthRequest {
  readonly id: OauthRequestId;
  readonly connectionId: ConnectionId;
  readonly callbackUrl: string;
  readonly requestToken: string | null;
  readonly state: OauthRequestState;
  readonly problem: Problem | null;
  /** It may bring another X user than the one that the connection reads with. */
  readonly otherUser: boolean;
  /** The hash of the browser session that began it; null where a command did. */
  readonly session: string | null;
  readonly expiresAt: Instant;
}

/** What became of a callback from X's consent page; a refused one has stored nothing. */
export type CallbackOutcome =
  | { readonly kind: 'accepted'; readonly id: OauthRequestId; readonly connectionId: ConnectionId }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'late' | 'already_used' };

const COLUMNS = `id, connection_id as "connectionId", callback_url as "callbackUrl", request_token as "requestToken",
  state, case when problem_code is not null
    then jsonb_build_object('code', problem_code, 'nextStep', problem) end as problem, encode(session_sha256, 'hex') as session, other_user as "otherUser", expires_at as "expiresAt"`;

/** What is kept of a browser session, so that nobody who reads the database has the session. */
export const sessionHash = (session: string): string => createHash('sha256').update(session).digest('hex');

/**
 * Safe to repeat: the id is the caller's. Postgres' clock sets the end of the `minutes`, because it judges a callback as
 * well.
 */
export const createOauthRequest = async (
  db: Queryable,
  request: Pick<OauthRequest, 'id' | 'connectionId' | 'callbackUrl'> & {
    readonly minutes: number;
    /** (Default: none) */
    readonly session?: string | undefined;
    /** (Default: false) */
    readonly otherUser?: boolean | undefined;
  },
): Promise<void> => {
  await db.query(
    `insert into importer.oauth_requests (id, connection_id, callback_url, expires_at, session_sha256,
       other_user)
     values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4::float8 * 60), decode($5, 'hex'), $6)
     on conflict (id) do nothing`,
    [
      request.id,
      request.connectionId,
      request.callbackUrl,
      request.minutes,
      request.session === undefined ? null : sessionHash(request.session),
      request.otherUser === true,
    ],
  );
};

/**
 * Stores the request token that X gave out. A repeated activity brings a new one, which replaces one that is not used
 * yet.
 */
export const saveRequestToken = async (
  db: Queryable,
  sealer: Sealer,
  {
    id,
    requestToken,
    requestTokenSecret,
  }: { readonly id: OauthRequestId; readonly requestToken: string; readonly requestTokenSecret: string },
): Promise<boolean> => {
  const { sealed, keyId } = sealer.seal(requestTokenSecret, id);
  const { rowCount } = await db.query(
    `update importer.oauth_requests set request_token = $2, sealed_secret = $3, key_id = $4, state = 'pending'
     where id = $1 and state in ('asked', 'pending')
       and not exists (select from importer.oauth_requests o where o.request_token = $2 and o.id <> $1)`,
    [id, requestToken, sealed, keyId],
  );
  return rowCount === 1;
};

export const getOauthRequest = async (db: Queryable, id: OauthRequestId): Promise<OauthRequest | undefined> => {
  const { rows } = await db.query<OauthRequest>(`select ${COLUMNS} from importer.oauth_requests where id = $1`, [id]);
  return rows[0];
};

export const findOauthRequest = async (db: Queryable, requestToken: string): Promise<OauthRequest | undefined> => {
  const { rows } = await db.query<OauthRequest>(
    `select ${COLUMNS} from importer.oauth_requests where request_token = $1`,
    [requestToken],
  );
  return rows[0];
};

const whyRefused = (request: OauthRequest | undefined): CallbackOutcome => {
  if (request === undefined) return { kind: 'refused', why: 'unknown' };
  return { kind: 'refused', why: request.state === 'pending' ? 'late' : 'already_used' };
};

/**
 * Stores the verifier of a callback, exactly once: the statement itself refuses forged, replayed and late callbacks.
 */
export const saveCallback = async (
  db: Queryable,
  sealer: Sealer,
  { requestToken, verifier }: { readonly requestToken: string; readonly verifier: string },
): Promise<CallbackOutcome> => {
  const { rows } = await db.query<{ id: OauthRequestId; connectionId: ConnectionId; secret: Buffer; keyId: string }>(
    `select id, connection_id as "connectionId", sealed_secret as secret, key_id as "keyId"
     from importer.oauth_requests where request_token = $1 and sealed_secret is not null and expires_at > now()`,
    [requestToken],
  );
  const pending = rows[0];
  if (pending === undefined) return whyRefused(await findOauthRequest(db, requestToken));
  const { id, connectionId } = pending;
  // Both sealed parts share one key id, and the key may have been changed since the request was made.
  const secret = sealer.seal(sealer.open(pending.secret, pending.keyId, id), id);
  const sealed = sealer.seal(verifier, id);
  const { rowCount } = await db.query(
    `update importer.oauth_requests
     set sealed_secret = $2, sealed_verifier = $3, key_id = $4, state = 'callback_received', callback_at = now()
     where id = $1 and request_token = $5 and state = 'pending' and expires_at > now()`,
    [id, secret.sealed, sealed.sealed, sealed.keyId, requestToken],
  );
  return rowCount === 1 ? { kind: 'accepted', id, connectionId } : whyRefused(await findOauthRequest(db, requestToken));
};

/** X sends `denied=<request token>` when the person says no. */
export const saveDenial = async (db: Queryable, requestToken: string): Promise<CallbackOutcome> => {
  const { rows } = await db.query<{ id: OauthRequestId; connectionId: ConnectionId }>(
    `update importer.oauth_requests set state = 'denied', sealed_secret = null, callback_at = now()
     where request_token = $1 and state = 'pending' and expires_at > now()
     returning id, connection_id as "connectionId"`,
    [requestToken],
  );
  const row = rows[0];
  return row === undefined ? whyRefused(await findOauthRequest(db, requestToken)) : { kind: 'accepted', ...row };
};

export interface OpenedCallback {
  readonly requestToken: string;
  readonly requestTokenSecret: string;
  readonly verifier: string;
}

/**
 * What the exchange needs, in clear, while the request is in `callback_received`.
 * @throws {SealBroken} when no key opens it
 */
export const openCallback = async (
  db: Queryable,
  sealer: Sealer,
  id: OauthRequestId,
): Promise<OpenedCallback | undefined> => {
  const { rows } = await db.query<{ requestToken: string; secret: Buffer; verifier: Buffer; keyId: string }>(
    `select request_token as "requestToken", sealed_secret as secret, sealed_verifier as verifier, key_id as "keyId"
     from importer.oauth_requests where id = $1 and state = 'callback_received'`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    requestToken: row.requestToken,
    requestTokenSecret: sealer.open(row.secret, row.keyId, id),
    verifier: sealer.open(row.verifier, row.keyId, id),
  };
};

/** Ends a request and deletes its secrets. Only the first end counts; false for later ones. */
export const endOauthRequest = async (
  db: Queryable,
  id: OauthRequestId,
  state: 'exchanged' | 'expired' | 'failed',
  problem?: Problem,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update importer.oauth_requests
     set state = $2, problem_code = $3, problem = $4, sealed_secret = null, sealed_verifier = null
     where id = $1 and state in ('asked', 'pending', 'callback_received')`,
    [id, state, problem?.code ?? null, problem?.nextStep ?? null],
  );
  return rowCount === 1;
};
