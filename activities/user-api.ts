import { getCredential, markCredentialRejected } from '../store/credentials.js';
import type { Credential } from '../store/credentials.js';
import { holdGate, observe, takeCalls } from '../store/rate-limit-windows.js';
import type { Gate } from '../store/rate-limit-windows.js';
import type { RunKind } from '../store/runs.js';
import { observeSlots } from '../store/slots.js';
import type { XUserId } from '../domain/ids.js';
import { JOB_SLOTS } from '../domain/slots.js';
import type { CallClass } from '../domain/rate-limit.js';
import type { UserApi } from '../x-ads/client.js';
import type { Call, Hooks } from '../x-ads/call.js';
import { CredentialsRejected } from '../x-ads/errors/index.js';
import type { Deps } from './deps.js';
import { GateClosed } from './gate-closed.js';

/** Who is asking: what a call is counted for, and how it ranks when X's limits are near. */
export interface Caller {
  readonly xUserId: XUserId;
  readonly class: CallClass;
  /** The run, or whatever else waits as one. */
  readonly waiter: string;
}

const CLASS_OF: Readonly<Record<RunKind, CallClass>> = { backfill: 'history', manual: 'manual', daily: 'daily' };

export const callerOf = (run: { xUserId: XUserId; kind: RunKind; id: string }): Caller => ({
  xUserId: run.xUserId,
  class: CLASS_OF[run.kind],
  waiter: run.id,
});

const gateOf = ({ scope, scopeKey, family, documented }: Call): Gate => ({
  scope: `${scope}:${scopeKey}`,
  family,
  ...documented,
});

const hooksFor = ({ db }: Deps, caller: Caller): Hooks => ({
  async beforeCall(call) {
    const decision = await takeCalls(db, { ...gateOf(call), want: 1, class: caller.class, runId: caller.waiter });
    if (decision.kind === 'wait') throw new GateClosed(decision.reason, Date.parse(decision.until));
  },
  async afterResponse(call, { readings, jobSlots, retryAfterMs }) {
    for (const reading of readings.filter(({ scope }) => scope === call.scope))
      await observe(db, gateOf(call), reading);
    if (jobSlots && call.accountId !== undefined)
      await observeSlots(db, call.accountId, jobSlots.limit ?? JOB_SLOTS, jobSlots.remaining);
    if (retryAfterMs !== undefined) await holdGate(db, gateOf(call), retryAfterMs);
  },
});

/**
 * Does something at X as one user. The tokens are opened here and live no longer than the call; the first refusal parks
 * the credential, so that no request is started with it any more.
 */
export const asUser = async <T>(deps: Deps, caller: Caller, work: (api: UserApi) => Promise<T>): Promise<T> => {
  const credential = await usable(deps, caller.xUserId);
  const { token, secret, xUserId: userId } = credential;
  try {
    return await work(deps.x.forUser({ userId, token, tokenSecret: secret }, { hooks: hooksFor(deps, caller) }));
  } catch (error) {
    if (error instanceof CredentialsRejected) {
      await markCredentialRejected(deps.db, { xUserId: userId, version: credential.version, reason: error.message });
    }
    throw error;
  }
};

const usable = async ({ db, sealer }: Deps, xUserId: XUserId): Promise<Credential> => {
  const credential = await getCredential(db, sealer, xUserId);
  if (credential?.status === 'valid') return credential;
  throw new CredentialsRejected(
    credential
      ? `X rejected the credentials of @${credential.screenName}: ${credential.rejectedReason ?? 'no reason given'}`
      : 'there are no credentials for this X user',
    { requestPath: 'no request was sent' },
  );
};
