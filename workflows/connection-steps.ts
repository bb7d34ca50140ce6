import { unfinished } from '../domain/connection.js';
import type { ConnectionState, Problem } from '../domain/connection.js';
import { accountSteps } from './account-steps.js';
import { activate, stopHistories } from './history.js';
import type { Intent, IntentKind, Steps } from './intent.js';
import { isCancelled } from './problems.js';
import { person, store } from './proxies.js';
import { needsReauthorization } from './shared-credential.js';
import { signInSteps } from './sign-in-steps.js';

const NO_CREDENTIAL: Problem = {
  code: 'CredentialsRejected',
  nextStep: 'There are no credentials for this X user: reconnect.',
};

const steps: Steps = {
  ...signInSteps,
  ...accountSteps,

  pause: async (state, { note }) => {
    if (state.phase !== 'active') return state;
    const { connectionId, choice, grants } = state;
    await stopHistories(connectionId, unfinished(grants));
    return { version: 1, connectionId, phase: 'paused', choice, grants, note };
  },

  /** X may have refused the credential for a sibling meanwhile; then the person must sign in first. */
  resume: async (state) => {
    if (state.phase !== 'paused') return state;
    const { connectionId, choice, grants } = state;
    const { valid, problem } = await store.credentialOf.executeWithOptions(
      { summary: 'Are the credentials accepted?' },
      [{ connectionId }],
    );
    return valid ? activate(connectionId, choice, grants) : needsReauthorization(state, problem ?? NO_CREDENTIAL);
  },

  /** Ends the imports and the grants; the credential ends with the last connection that uses it. */
  disconnect: async (state, { reason }) => {
    const { connectionId } = state;
    const grants = 'grants' in state ? Object.keys(state.grants) : [];
    await stopHistories(connectionId, grants);
    if (state.phase === 'authorizing' && state.oauthRequestId !== undefined) {
      const problem = { code: 'expired', nextStep: 'Nobody finished the sign-in in time; connect again.' };
      await store.endSignIn.executeWithOptions({ summary: 'The sign-in has expired' }, [
        { oauthRequestId: state.oauthRequestId, state: 'expired', problem },
      ]);
    }
    try {
      const summary = 'End grants; revoke and erase the credential';
      await person.disconnectConnection.executeWithOptions({ summary }, [{ connectionId, revoke: true }]);
    } catch (error) {
      if (isCancelled(error)) throw error;
      // X could not be reached for minutes: the connection ends all the same, and the person may revoke the app at X.
      await store.disconnectConnection.executeWithOptions({ summary: 'End grants; X does not answer' }, [
        { connectionId, revoke: false },
      ]);
    }
    return { version: 1, connectionId, phase: 'disconnected', reason };
  },
};

/** The next state of a connection after an intent. */
export const takeStep = <K extends IntentKind>(state: ConnectionState, intent: Intent<K>): Promise<ConnectionState> =>
  steps[intent.kind](state, intent);
