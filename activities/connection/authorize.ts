import type { Problem } from '../../domain/connection.js';
import type { ConnectionId, XUserId } from '../../domain/ids.js';
import { attachXUser, deleteUnfinished, getConnection, markDisconnected } from '../../store/connection/connections.js';
import {
  credentialInUse,
  eraseCredential,
  getCredential,
  saveCredential,
  unusedCredentials,
} from '../../store/connection/credentials.js';
import {
  endOauthRequest,
  getOauthRequest,
  openCallback,
  saveRequestToken,
} from '../../store/connection/oauth-requests.js';
import { lockUntilCommit, LOCKS, shareUntilCommit } from '../../store/locks.js';
import type { Queryable } from '../../store/pool.js';
import { ClockSkew, CredentialsRejected, MalformedResponse } from '../../x-ads/errors/index.js';
import type { Deps } from '../deps.js';
import { finalFailure } from '../failures.js';

const INTERRUPTED: Problem = {
  code: 'sign_in_interrupted',
  nextStep: 'The sign-in was interrupted; sign in again.',
};

/**
 * Erases a credential, unless a connection uses it, and revokes it at X before if `revoke` is set. Nobody is given it
 * meanwhile. Safe to repeat.
 */
const eraseUnused = ({ db, sealer, x }: Deps, xUserId: XUserId, revoke: boolean): Promise<void> =>
  db.transaction(async (tx) => {
    await lockUntilCommit(tx, LOCKS.credentials);
    if (await credentialInUse(tx, xUserId)) return;
    const credential = await getCredential(tx, sealer, xUserId);
    if (credential && revoke) {
      try {
        await x.authorize.revoke(credential);
      } catch (error) {
        // X does not accept the token any more, so there is nothing to revoke.
        if (!(error instanceof CredentialsRejected)) throw error;
      }
    }
    await eraseCredential(tx, xUserId);
  });

/**
 * Whoever is signed in at X in the browser authorizes, which need not be the X user that the connection reads with. Nothing
 * is stored then, and the token is not revoked: X has one pair for each of its users, and others may use it.
 */
const refuseOtherUser = async (tx: Queryable, connectionId: ConnectionId, xUserId: XUserId): Promise<void> => {
  const connection = await getConnection(tx, connectionId);
  const isReading = connection !== undefined && !['authorizing', 'choosing'].includes(connection.phase);
  if (!isReading || connection.xUserId === null || connection.xUserId === xUserId) return;
  // Temporal keeps what is said here, so it names nobody.
  throw finalFailure(
    'other_x_user',
    'Another X user was signed in at X than the one that this connection reads with, so nothing was stored. Sign out at X and sign in as the right one, or say that the other one is meant.',
  );
};

/** A person waits: a clock that is wrong is told at once, instead of after minutes of retries. */
const atOnce = (error: unknown): never => {
  throw error instanceof ClockSkew ? finalFailure(error.name, error.nextStep) : error;
};

export const createAuthorizeActivities = (deps: Deps) => ({
  /** Gets a request token from X and stores it. Safe to repeat: a new token replaces an unused one. */
  async requestToken({ oauthRequestId }: { oauthRequestId: string }): Promise<void> {
    const request = await getOauthRequest(deps.db, oauthRequestId);
    if (!request) throw finalFailure('sign_in_unknown', 'There is no such sign-in; begin a new one.');
    if (request.state !== 'asked') return;
    const { requestToken, requestTokenSecret } = await deps.x.authorize
      .requestToken({ callbackUrl: request.callbackUrl })
      .catch(atOnce);
    const saved = await saveRequestToken(deps.db, deps.sealer, {
      id: oauthRequestId,
      requestToken,
      requestTokenSecret,
    });
    if (!saved && (await getOauthRequest(deps.db, oauthRequestId))?.state === 'asked')
      throw new MalformedResponse('X answered with a request token that another sign-in has.', {
        requestPath: 'POST /oauth/request_token',
      });
  },

  /**
   * Exchanges the verifier of X's sealed callback for the user's token pair. Safe to repeat until X answers. A verifier works
   * once: a worker that dies between X's answer and the commit leaves a sign-in that must be begun again.
   */
  async exchangeVerifier({
    connectionId,
    oauthRequestId,
  }: {
    connectionId: ConnectionId;
    oauthRequestId: string;
  }): Promise<{
    xUserId: XUserId;
  }> {
    const request = await getOauthRequest(deps.db, oauthRequestId);
    if (request?.state === 'denied')
      throw finalFailure('denied', 'Access was denied at X; sign in again and choose "Authorize app".');
    if (request?.state === 'exchanged') {
      const connection = await getConnection(deps.db, connectionId);
      if (connection?.xUserId) return { xUserId: connection.xUserId };
    }
    const xUserId = await deps.db.transaction(async (tx) => {
      await shareUntilCommit(tx, LOCKS.credentials);
      // Committed by itself, because the verifier is used up as soon as X is asked.
      const opened = await openCallback(deps.db, deps.sealer, oauthRequestId);
      if (!opened) throw finalFailure(INTERRUPTED.code, INTERRUPTED.nextStep);
      const { requestToken, requestTokenSecret, verifier } = opened;
      const access = await deps.x.authorize.accessToken({ requestToken, requestTokenSecret, verifier }).catch(atOnce);
      if (!request?.otherUser) await refuseOtherUser(tx, connectionId, access.userId);
      await saveCredential(tx, deps.sealer, {
        xUserId: access.userId,
        screenName: access.screenName,
        token: access.token,
        tokenSecret: access.tokenSecret,
      });
      await attachXUser(tx, connectionId, access.userId);
      await endOauthRequest(tx, oauthRequestId, 'exchanged');
      return access.userId;
    });
    // A sign-in as another X user leaves the old credential unused. X failing to revoke it does not fail the sign-in.
    for (const unused of await unusedCredentials(deps.db))
      await eraseUnused(deps, unused, true).catch(() => eraseUnused(deps, unused, false));
    return { xUserId };
  },

  /** Ends a sign-in that failed or expired, and erases its secrets. Safe to repeat: the first end counts. */
  async endSignIn({
    oauthRequestId,
    state,
    problem,
  }: {
    oauthRequestId: string;
    state: 'failed' | 'expired';
    problem: Problem;
  }): Promise<void> {
    await endOauthRequest(deps.db, oauthRequestId, state, problem);
  },

  /** Whether the connection is unfinished, and its time is over. */
  async checkUnfinished({ connectionId }: { connectionId: ConnectionId }): Promise<{ isOver: boolean }> {
    const until = (await getConnection(deps.db, connectionId))?.unfinishedUntil ?? null;
    return { isOver: until !== null && Date.parse(until) <= Date.now() };
  },

  /** Deletes a connection that has ended before anybody chose accounts for it, with its sign-ins. Safe to repeat. */
  async forgetUnfinished({ connectionId }: { connectionId: ConnectionId }): Promise<void> {
    await deleteUnfinished(deps.db, connectionId);
  },

  /** Ends the connection's grants, and revokes and erases its credential with its last connection. Safe to repeat. */
  async disconnectConnection({ connectionId, revoke }: { connectionId: ConnectionId; revoke: boolean }): Promise<void> {
    const connection = await getConnection(deps.db, connectionId);
    await markDisconnected(deps.db, connectionId);
    const xUserId = connection?.xUserId;
    if (xUserId) await eraseUnused(deps, xUserId, revoke);
  },
});
