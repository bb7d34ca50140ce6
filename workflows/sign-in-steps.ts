import { type ConnectionState, newConnection, type Problem } from '../domain/connection.js';
import type { ConnectionId } from '../domain/ids.js';
import { activate } from './history.js';
import type { ListedNow, Steps } from './intent.js';
import { isCancelled, isCredentialProblem, problemOf } from './problems.js';
import { bounded, person } from './proxies.js';
import { credentialOf, requireReauthorization, signalRejected, signalRestored } from './shared-credential.js';
import { attempt } from './unsettled.js';

interface SignInEnd {
  readonly oauthRequestId: string;
  readonly state: 'failed' | 'expired';
  readonly problem: Problem;
}

/** Where it fails, the sign-in expires by itself. */
export const endSignIn = (end: SignInEnd): Promise<void> => {
  const summary = `The sign-in has ${end.state}`;
  return attempt(summary, bounded.endSignIn.executeWithOptions({ summary }, [end]), () => undefined);
};

const endFailedSignIn = async (
  state: ConnectionState,
  oauthRequestId: string,
  error: unknown,
): Promise<ConnectionState> => {
  if (isCancelled(error)) throw error;
  const problem = problemOf(error);
  await endSignIn({ oauthRequestId, state: 'failed', problem });
  return state.phase === 'authorizing'
    ? { version: 1, connectionId: state.connectionId, phase: 'authorizing', problem }
    : state;
};

const NO_ACCOUNT = {
  code: 'no_account',
  nextStep:
    'This X user has no account whose numbers it may read. Ask the Business Administrator: X Ads → Business Settings → Collaborators → People.',
};

const choosing = (connectionId: ConnectionId, listed: ListedNow): ConnectionState => {
  const base = { version: 1, connectionId, phase: 'choosing' } as const;
  if ('refused' in listed) return { ...base, accounts: 0, selectable: 0, problem: listed.refused };
  return { ...base, ...(listed.selectable === 0 ? { problem: NO_ACCOUNT } : {}), ...listed };
};

/** Asks X for the accounts, and says why where it does not show them. */
export const listNow = async (connectionId: ConnectionId): Promise<ListedNow> => {
  const summary = 'List accounts and roles';
  try {
    return await person.listAccounts.executeWithOptions({ summary }, [{ connectionId }]);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { refused: problemOf(error) };
  }
};

export const signInSteps: Steps<
  | 'sign_in'
  | 'sign_in_expired'
  | 'accounts_listed'
  | 'complete_sign_in'
  | 'credentials_rejected'
  | 'credentials_restored'
> = {
  sign_in: async (state, { oauthRequestId }) => {
    try {
      await person.requestToken.executeWithOptions({ summary: 'Ask X for a request token' }, [{ oauthRequestId }]);
      return state.phase === 'authorizing'
        ? { version: 1, connectionId: state.connectionId, phase: 'authorizing', oauthRequestId }
        : state;
    } catch (error) {
      return endFailedSignIn(state, oauthRequestId, error);
    }
  },

  sign_in_expired: async (state) => {
    if (state.phase !== 'authorizing' || state.oauthRequestId === undefined) return state;
    const problem = { code: 'expired', nextStep: 'Nobody finished the sign-in in time; sign in again.' };
    await endSignIn({ oauthRequestId: state.oauthRequestId, state: 'expired', problem });
    return newConnection(state.connectionId);
  },

  /** Exchanges the verifier of X's callback, lists the accounts, and continues in the phase the connection was in. */
  complete_sign_in: async (state, { oauthRequestId }, unsettled) => {
    const { connectionId } = state;
    try {
      await person.exchangeVerifier.executeWithOptions({ summary: 'Exchange the verifier' }, [
        { connectionId, oauthRequestId },
      ]);
    } catch (error) {
      return endFailedSignIn(state, oauthRequestId, error);
    }
    const { siblings } = await credentialOf(connectionId);
    await signalRestored(siblings);
    const choice = 'choice' in state ? state.choice : undefined;
    if (choice && 'grants' in state && state.phase !== 'paused')
      return activate(connectionId, choice, state.grants, unsettled);
    if (state.phase === 'paused') return state;
    const listed = await listNow(connectionId);
    // The siblings were signalled a moment ago that they can continue.
    if ('refused' in listed && isCredentialProblem(listed.refused)) await signalRejected(siblings, listed.refused);
    return choosing(connectionId, listed);
  },

  accounts_listed: (state, { listed }) =>
    Promise.resolve(state.phase === 'choosing' ? choosing(state.connectionId, listed) : state),

  /** A sibling's refusal counts unless the person has signed in again since. */
  credentials_rejected: async (state, { problem }) => {
    const { valid } = await credentialOf(state.connectionId);
    return valid ? state : requireReauthorization(state, problem);
  },

  credentials_restored: (state, _intent, unsettled) =>
    state.phase === 'needs_reauthorization' && state.choice
      ? activate(state.connectionId, state.choice, state.grants, unsettled)
      : Promise.resolve(state),
};
