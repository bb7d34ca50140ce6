import { log } from '@temporalio/activity';
import { connectionsOfXUser } from '../store/connection/connections.js';
import { getCredential, getCredentialInfo, markCredentialRejected } from '../store/connection/credentials.js';
import type { Credential, CredentialInfo } from '../store/connection/credentials.js';
import { queueNotification } from '../store/notifications.js';
import { holdGate, observeLimits, takeCallsFromWindow } from '../store/import/rate-limit-windows.js';
import type { RunKind } from '../domain/run.js';
import { observeSlots } from '../store/import/slots.js';
import type { CredentialRefusal } from '../domain/credential.js';
import type { XUserId } from '../domain/ids.js';
import { JOB_SLOTS } from '../domain/slots.js';
import type { CallClass } from '../domain/rate-limit.js';
import type { UserApi } from '../x-ads/client.js';
import { type Call, type Hooks, limitOf } from '../x-ads/call.js';
import { AccountLocked, AppNotApproved, ClockSkew, CredentialsRejected, TokenTooOld } from '../x-ads/errors/index.js';
import type { XAdsError } from '../x-ads/errors/index.js';
import type { Deps, Meter, RequestOutcome } from './deps.js';
import { takeTogether } from './gate.js';
import { GateClosed } from './gate-closed.js';
import { checkOwnKeys } from './own-keys.js';

/** On whose behalf X is called: whose limits count, and how the call ranks when they are near. */
export interface Caller {
  readonly xUserId: XUserId;
  readonly class: CallClass;
  /** The run, or another stable name under which the caller waits at a gate. */
  readonly waiter: string;
}

const CLASS_OF: Readonly<Record<RunKind, CallClass>> = { history: 'history', manual: 'manual', daily: 'daily' };

export const callerOf = (run: { xUserId: XUserId; kind: RunKind; id: string }): Caller => ({
  xUserId: run.xUserId,
  class: CLASS_OF[run.kind],
  waiter: run.id,
});

const outcomeOf = (status: number): RequestOutcome => {
  if (status < 400) return 'ok';
  if (status === 401) return 'unauthorized';
  if (status === 429 || status === 420) return 'rate_limited';
  return status < 500 ? 'refused' : 'unavailable';
};

/** Counts requests by outcome. Requests still unanswered at `end()` are counted as `no_answer`. */
const countRequests = (meter: Meter | undefined) => {
  const unanswered = new Set<Call>();
  return {
    sent: (call: Call): void => void unanswered.add(call),
    answered: (call: Call, status: number): void => {
      unanswered.delete(call);
      meter?.request(call.family, outcomeOf(status));
    },
    end: (): void => {
      for (const { family } of unanswered) meter?.request(family, 'no_answer');
    },
  };
};

const hooksFor = (
  { db, meter }: Deps,
  caller: Caller,
  { version }: Credential,
  requests: ReturnType<typeof countRequests>,
): Hooks => {
  const take = takeTogether(async (gate, want) => {
    const decision = await takeCallsFromWindow(db, { ...gate, class: caller.class, runId: caller.waiter }, want);
    if (decision.kind === 'wait') return decision;
    // Checked last, before each call: calls queued behind one that X refused must not be sent with the refused token.
    const { version: now } = assertUsable(await getCredentialInfo(db, caller.xUserId));
    if (now !== version)
      throw new Error('the X user has signed in again meanwhile; the next attempt uses the new credentials');
    return decision;
  });
  return {
    async beforeCall(call) {
      const decision = await take(limitOf(call));
      if (decision.kind === 'wait') {
        meter?.gateWait(call.family, caller.class, decision.waitMs / 1_000);
        throw new GateClosed(decision);
      }
      requests.sent(call);
    },
    async afterResponse(call, { status, readings, jobSlots, retryAfterMs }) {
      requests.answered(call, status);
      for (const reading of readings.filter(({ scope }) => scope === call.scope))
        await observeLimits(db, limitOf(call), reading);
      if (jobSlots && call.accountId !== undefined)
        await observeSlots(db, call.accountId, jobSlots.limit ?? JOB_SLOTS, jobSlots.remaining);
      if (retryAfterMs !== undefined) await holdGate(db, limitOf(call), retryAfterMs);
    },
    // Closes the gate for everybody, so that not every caller is refused by itself. A reset in the past was rounded down:
    // then the gate is closed for a second.
    onRateLimited: (call, { waitMs }) => holdGate(db, limitOf(call), Math.max(1_000, waitMs)),
  };
};

/** The error classes of the refusals that end a credential. */
const REFUSALS = {
  CredentialsRejected,
  TokenTooOld,
  AppNotApproved,
  AccountLocked,
} as const satisfies Readonly<Record<CredentialRefusal, unknown>>;

const isRefusal = (error: unknown): error is InstanceType<(typeof REFUSALS)[keyof typeof REFUSALS]> =>
  Object.values(REFUSALS).some((kind) => error instanceof kind);

/** X's code 89 is about the token; any other refusal of a signed call may be about our own keys. */
const namesToken = ({ codes }: XAdsError): boolean => codes.includes('89');

/**
 * Calls X as one user. The tokens are opened here and live no longer than the work; the first refusal marks the credential
 * as refused, so that no further request is sent with it.
 * @throws {OwnKeysRefused} when X refuses our own keys.
 */
export const asUser = async <T>(deps: Deps, caller: Caller, work: (api: UserApi) => Promise<T>): Promise<T> => {
  const credential = await usable(deps, caller.xUserId);
  const { token, tokenSecret, xUserId: userId } = credential;
  const requests = countRequests(deps.meter);
  const hooks = hooksFor(deps, caller, credential, requests);
  try {
    return await work(deps.x.forUser({ userId, token, tokenSecret }, { hooks }));
  } catch (caught) {
    const error = caught instanceof ClockSkew ? await clockExcluded(deps, caught) : caught;
    // An error without a status is `assertUsable`'s: the refusal is recorded already.
    if (isRefusal(error) && error.status !== undefined) {
      if (error instanceof CredentialsRejected && !namesToken(error)) await checkOwnKeys(deps.x);
      await recordRefusal(deps, credential, error);
    }
    throw error;
  } finally {
    requests.end();
  }
};

/**
 * A refusal that may be due to our clock. Where X takes our keys at this machine's time, the clock is not the reason, and
 * the refusal means what X says.
 * @throws {ClockSkew} when X does not take them at that time either
 */
const clockExcluded = async ({ x }: Deps, skew: ClockSkew): Promise<XAdsError> => {
  if (skew.otherwise === undefined) return skew;
  await checkOwnKeys(x);
  return skew.otherwise;
};

/** Marks the credential as refused and queues one notification, in one transaction. */
const recordRefusal = async ({ db }: Deps, credential: Credential, error: XAdsError): Promise<void> => {
  const { xUserId, screenName, version } = credential;
  const { message: reason, name: code, nextStep = error.message } = error;
  const problem = { code, nextStep };
  const notified = await db.transaction(async (tx) => {
    if (!(await markCredentialRejected(tx, { xUserId, version, reason, problem }))) return undefined;
    const connectionIds = await connectionsOfXUser(tx, xUserId);
    const key = `credentials_rejected/${xUserId}/${version}`;
    // A credential without a connection concerns nobody.
    if (connectionIds.length > 0)
      await queueNotification(tx, {
        key,
        kind: 'credentials_rejected',
        xUserId,
        screenName,
        connectionIds,
        reason,
        problem,
      });
    return connectionIds;
  });
  if (notified) log.warn('X rejected the credentials', { xUserId, connectionIds: notified, reason });
};

const usable = async ({ db, sealer }: Deps, xUserId: XUserId): Promise<Credential> =>
  assertUsable(await getCredential(db, sealer, xUserId));

const assertUsable = <C extends CredentialInfo>(credential: C | undefined): C => {
  if (credential?.status === 'valid') return credential;
  const details = { requestPath: 'no request was sent' };
  if (!credential) throw new CredentialsRejected('there are no credentials for this X user', details);
  const { xUserId, rejectedReason, problem } = credential;
  // The same class as the first refusal, because its next step is its own.
  const Refusal = Object.entries(REFUSALS).find(([code]) => code === problem?.code)?.[1] ?? CredentialsRejected;
  throw new Refusal(
    `X rejected the credentials of the X user ${xUserId}: ${rejectedReason ?? 'no reason given'}`,
    details,
  );
};
