import { NEVER_FINISHED, unfinished } from '../domain/connection.js';
import type { ConnectionState, Problem } from '../domain/connection.js';
import type { ConnectionId } from '../domain/ids.js';
import { accountSteps } from './account-steps.js';
import { activate, beginNext, stopHistories } from './history.js';
import type { Intent, IntentKind, Steps } from './intent.js';
import { isCancelled } from './problems.js';
import { bounded, boundedAtX } from './proxies.js';
import { credentialOf, needsReauthorization } from './shared-credential.js';
import { endSignIn, signInSteps } from './sign-in-steps.js';
import { attempt, type Unsettled } from './unsettled.js';

const NO_CREDENTIAL: Problem = {
  code: 'CredentialsRejected',
  nextStep: 'There are no credentials for this X user: reconnect.',
};

const steps: Steps = {
  ...signInSteps,
  ...accountSteps,

  /** What nobody finishes ends by itself; everything else is repaired. */
  self_check: async (state, intent, unsettled) => {
    if (state.phase !== 'authorizing' && state.phase !== 'choosing')
      return accountSteps.self_check(state, intent, unsettled);
    const { connectionId } = state;
    const summary = 'Is it unfinished for too long?';
    const checking = bounded.checkUnfinished.executeWithOptions({ summary }, [{ connectionId }]);
    const { isOver } = await attempt(summary, checking, () => ({ isOver: false }));
    return isOver
      ? steps.disconnect(state, { kind: 'disconnect', reason: NEVER_FINISHED, deleteData: false }, unsettled)
      : state;
  },

  pause: async (state, { note }, unsettled) => {
    if (state.phase !== 'active') return state;
    const { connectionId, choice, grants } = state;
    await stopHistories(connectionId, unfinished(grants), unsettled);
    return { version: 1, connectionId, phase: 'paused', choice, grants, note };
  },

  /** X may have refused the credential for a sibling meanwhile; then the person must sign in first. */
  resume: async (state, _intent, unsettled) => {
    if (state.phase !== 'paused') return state;
    const { connectionId, choice, grants } = state;
    const { valid, problem } = await credentialOf(connectionId);
    return valid
      ? activate(connectionId, choice, grants, unsettled)
      : needsReauthorization(state, problem ?? NO_CREDENTIAL);
  },

  /** Ends the imports and the grants; the credential ends with the last connection that uses it. */
  disconnect: async (state, { reason }, unsettled) => {
    const { connectionId } = state;
    const grants = 'grants' in state ? Object.keys(state.grants) : [];
    await stopHistories(connectionId, grants, unsettled);
    if (state.phase === 'authorizing' && state.oauthRequestId !== undefined) {
      const problem = { code: 'expired', nextStep: 'Nobody finished the sign-in in time; connect again.' };
      await endSignIn({ oauthRequestId: state.oauthRequestId, state: 'expired', problem });
    }
    try {
      const summary = 'End grants; revoke and erase the credential';
      await boundedAtX.disconnectConnection.executeWithOptions({ summary }, [{ connectionId, revoke: true }]);
    } catch (error) {
      if (isCancelled(error)) throw error;
      // X could not be reached for minutes: the connection ends all the same, and the person may revoke the app at X.
      await recordDisconnect(connectionId, unsettled);
    }
    return { version: 1, connectionId, phase: 'disconnected', reason };
  },
};

/** Ends the grants in Postgres, and erases the credential without revoking it. */
export const recordDisconnect = (connectionId: ConnectionId, unsettled: Unsettled): Promise<void> => {
  unsettled.phase = false;
  const summary = 'End grants; X does not answer';
  return attempt(
    summary,
    bounded.disconnectConnection.executeWithOptions({ summary }, [{ connectionId, revoke: false }]),
    () => void (unsettled.phase = true),
  );
};

/** The next state of a connection after an intent. The histories whose turn it then is begin. */
export const takeStep = async <K extends IntentKind>(
  state: ConnectionState,
  intent: Intent<K>,
  unsettled: Unsettled,
): Promise<ConnectionState> => beginNext(await steps[intent.kind](state, intent, unsettled), unsettled);
