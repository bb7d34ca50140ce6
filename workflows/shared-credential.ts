import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { CredentialState } from '../activities/connection/schedules.js';
import type { ConnectionState, Problem } from '../domain/connection.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import { credentialsRejectedSignal, credentialsRestoredSignal } from './messages.js';
import { bounded } from './proxies.js';
import { attempt } from './unsettled.js';

/*
 * Siblings are the other connections on the same X user. They share its token pair, so a refusal or a new sign-in of one
 * concerns them all.
 */

/**
 * How the connection's credential stands. Where that cannot be told it counts as valid: the imports that use it learn it
 * from X, and say so again.
 */
export const credentialOf = (connectionId: ConnectionId): Promise<CredentialState> => {
  const summary = 'Are the credentials accepted?';
  return attempt(summary, bounded.credentialOf.executeWithOptions({ summary }, [{ connectionId }]), () => ({
    valid: true,
    siblings: [],
  }));
};

type ConnectionHandle = ReturnType<typeof getExternalWorkflowHandle>;

const signalAll = async (
  siblings: readonly ConnectionId[],
  send: (sibling: ConnectionHandle) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    // A sibling that has ended meanwhile needs no signal.
    siblings.map((id) => send(getExternalWorkflowHandle(connectionWorkflowId(id))).catch(() => undefined)),
  );
};

export const signalRejected = (siblings: readonly ConnectionId[], problem: Problem): Promise<void> =>
  signalAll(siblings, (sibling) => sibling.signal(credentialsRejectedSignal, problem));

export const signalRestored = (siblings: readonly ConnectionId[]): Promise<void> =>
  signalAll(siblings, (sibling) => sibling.signal(credentialsRestoredSignal));

/**
 * Waits for a new sign-in and keeps the choice and the state of each account. A paused connection stays paused: it does
 * not use the credential, and a new sign-in, which a sibling may need, must not resume it.
 */
export const requireReauthorization = (state: ConnectionState, problem: Problem): ConnectionState =>
  state.phase === 'active' ? needsReauthorization(state, problem) : state;

export const needsReauthorization = (
  { connectionId, choice, grants }: Extract<ConnectionState, { phase: 'active' | 'paused' }>,
  problem: Problem,
): ConnectionState => ({ version: 1, connectionId, phase: 'needs_reauthorization', choice, grants, problem });
