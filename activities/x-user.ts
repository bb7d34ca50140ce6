import { log } from '@temporalio/activity';
import { connectionsOfXUser } from '../store/connection/connections.js';
import { getCredential, getCredentialInfo, markCredentialRejected } from '../store/connection/credentials.js';
import type { Credential, CredentialInfo } from '../store/connection/credentials.js';
import { queueNotification } from '../store/notifications.js';
import { holdGate, observeLimits, takeCallsFromWindow } from '../store/import/rate-limit-windows.js';
import type { RunKind } from '../domain/run.js';
import { observeSlots } from '../store/import/slots.js';
import type { XUserId } from '../domain/ids.js';
import { JOB_SLOTS } from '../domain/slots.js';
import type { CallClass } from '../domain/rate-limit.js';
import type { UserApi } from '../x-ads/client.js';
import { type Call, type Hooks, limitOf } from '../x-ads/call.js';
import { AccountLocked, AppNotApproved, CredentialsRejected, TokenTooOld } from '../x-ads/errors/index.js';
import type { XAdsError } from '../x-ads/errors/index.js';
import type { Deps, Meter, RequestOutcome } from './deps.js';
import { takeTogether } from './gate.js';
import { GateClosed } from './gate-closed.js';
import { checkOwnKeys } from './own-keys.js';

/** Who is asking: what a call is counted for, and how it ranks when X's limits are near. */
export interface Caller {
  readonly xUserId: XUserId;
  readonly class: CallClass;
  /** The run, or whatever else waits as one. */
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

/** Counts requests by what became of them. What was sent and never answered shows when the work has ended. */
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
    // Last of all, and before each call: what was queued behind a call that X refused must not go out with the dead token.
    const { version: now } = assertUsable(await getCredentialInfo(db, caller.xUserId));
    if (now !== version)
      throw new Error('the X user has signed in again meanwhile; it goes on with the new credentials');
    return decision;
  });
  return {
    async beforeCall(call) {
      const decision = await take(limitOf(call));
      if (decision.kind === 'wait') {
        meter?.gateWait(call.family, caller.class, decision.waitMs / 1_000);
        throw new GateClosed(decision.reason, Date.parse(decision.until));
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
    // Whatever the headers said, or did not: the others must not each find out for themselves. A reset that is over
    // already was rounded down, and whoever was refused comes back in a second.
    onRateLimited: (call, { resetAt }) => holdGate(db, limitOf(call), Math.max(1_000, resetAt - Date.now())),
  };
};

/** Refusals of the X user or of the app as a whole, by their code: no account can be read with the credential any more. */
const REFUSALS = { CredentialsRejected, TokenTooOld, AppNotApproved, AccountLocked } as const;

const isRefusal = (error: unknown): error is InstanceType<(typeof REFUSALS)[keyof typeof REFUSALS]> =>
  Object.values(REFUSALS).some((kind) => error instanceof kind);

/** 89 names the token; any other refusal of a signed call may as well be one of our own keys. */
const namesToken = ({ codes }: XAdsError): boolean => codes.includes('89');

/**
 * Does something at X as one user. The tokens are opened here and live no longer than the call; the first refusal parks
 * the credential, so that no request is started with it any more. Throws `OwnKeysRefused` where X refuses our own keys.
 */
export const asUser = async <T>(deps: Deps, caller: Caller, work: (api: UserApi) => Promise<T>): Promise<T> => {
  const credential = await usable(deps, caller.xUserId);
  const { token, tokenSecret, xUserId: userId } = credential;
  const requests = countRequests(deps.meter);
  const hooks = hooksFor(deps, caller, credential, requests);
  try {
    return await work(deps.x.forUser({ userId, token, tokenSecret }, { hooks }));
  } catch (error) {
    // Without a status it is our own word for a refusal that is known already.
    if (isRefusal(error) && error.status !== undefined) {
      if (error instanceof CredentialsRejected && !namesToken(error)) await checkOwnKeys(deps.x);
      await park(deps, credential, error);
    }
    throw error;
  } finally {
    requests.end();
  }
};

/** Parks the credential and queues the one notification of it in the same transaction: neither without the other. */
const park = async ({ db }: Deps, credential: Credential, error: XAdsError): Promise<void> => {
  const { xUserId, screenName, version } = credential;
  const { message: reason, name: code, nextStep = error.message } = error;
  const problem = { code, nextStep };
  const parked = await db.transaction(async (tx) => {
    if (!(await markCredentialRejected(tx, { xUserId, version, reason, problem }))) return undefined;
    const connectionIds = await connectionsOfXUser(tx, xUserId);
    const key = `credentials_rejected/${xUserId}/${version}`;
    // Without a connection nobody misses it.
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
  if (parked) log.warn('X rejected the credentials', { xUserId, connectionIds: parked, reason });
};

const usable = async ({ db, sealer }: Deps, xUserId: XUserId): Promise<Credential> =>
  assertUsable(await getCredential(db, sealer, xUserId));

const assertUsable = <C extends CredentialInfo>(credential: C | undefined): C => {
  if (credential?.status === 'valid') return credential;
  const details = { requestPath: 'no request was sent' };
  if (!credential) throw new CredentialsRejected('there are no credentials for this X user', details);
  const { screenName, rejectedReason, problem } = credential;
  // By the same name as the first refusal: it has a cure of its own.
  const Refusal = Object.entries(REFUSALS).find(([code]) => code === problem?.code)?.[1] ?? CredentialsRejected;
  throw new Refusal(`X rejected the credentials of @${screenName}: ${rejectedReason ?? 'no reason given'}`, details);
};
