import { getExternalWorkflowHandle, isCancellation, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { AccountsLook } from '../activities/connection/accounts.js';
import { permits, unfinished } from '../domain/connection.js';
import type { Choice, ConnectionState, GrantState, Problem } from '../domain/connection.js';
import { connectionWorkflowId, manualBackfillWorkflowId } from '../domain/ids.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { backfill } from './backfill.js';
import { childOptions, fill, fillRecorded, historyAgain, stop } from './histories.js';
import { credentialsRejectedSignal, credentialsRestoredSignal } from './messages.js';
import type * as messages from './messages.js';
import { isCredentialProblem, problemOf } from './problems.js';
import { person, store } from './proxies.js';

/*
 * What a connection does about each thing that is asked of it: from its state to its next state. Safe to repeat, as
 * every step of a workflow is; what goes wrong becomes a problem that names the next step.
 */

export const signIn = async (state: ConnectionState, oauthRequestId: string): Promise<ConnectionState> => {
  try {
    await person.requestToken.executeWithOptions({ summary: 'Ask X for a request token' }, [{ oauthRequestId }]);
    return state.phase === 'authorizing'
      ? { version: 1, connectionId: state.connectionId, phase: 'authorizing', oauthRequestId }
      : state;
  } catch (error) {
    return failedSignIn(state, oauthRequestId, error);
  }
};

const failedSignIn = async (
  state: ConnectionState,
  oauthRequestId: string,
  error: unknown,
): Promise<ConnectionState> => {
  if (isCancellation(error)) throw error;
  const problem = problemOf(error);
  await store.endSignIn({ oauthRequestId, state: 'failed', problem });
  return state.phase === 'authorizing'
    ? { version: 1, connectionId: state.connectionId, phase: 'authorizing', problem }
    : state;
};

/** X sent the person back: exchange the verifier, see which accounts there are, and go on where the connection stood. */
export const returned = async (state: ConnectionState, oauthRequestId: string): Promise<ConnectionState> => {
  const { connectionId } = state;
  try {
    await person.exchangeVerifier.executeWithOptions({ summary: 'Exchange the verifier' }, [
      { connectionId, oauthRequestId },
    ]);
  } catch (error) {
    return failedSignIn(state, oauthRequestId, error);
  }
  const { siblings } = await store.credentialOf({ connectionId });
  await tellAll(siblings, (sibling) => sibling.signal(credentialsRestoredSignal));
  const choice = 'choice' in state ? state.choice : undefined;
  if (choice && 'grants' in state && state.phase !== 'paused') return activate(connectionId, choice, state.grants);
  if (state.phase === 'paused') return state;
  try {
    const found = await person.listAccounts.executeWithOptions({ summary: 'List accounts and roles' }, [
      { connectionId },
    ]);
    return {
      version: 1,
      connectionId,
      phase: 'choosing',
      ...(found.selectable === 0 ? { problem: NO_ACCOUNT } : {}),
      ...found,
    };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const problem = problemOf(error);
    // They have just been told that they can go on.
    if (isCredentialProblem(problem))
      await tellAll(siblings, (sibling) => sibling.signal(credentialsRejectedSignal, problem));
    return { version: 1, connectionId, phase: 'choosing', accounts: 0, selectable: 0, problem };
  }
};

const NO_ACCOUNT = {
  code: 'no_account',
  nextStep:
    'This X user has no account whose numbers it may read. Ask the Business Administrator: X Ads → Business Settings → Collaborators → People.',
};

export const choose = async (state: ConnectionState, choice: Choice): Promise<ConnectionState> => {
  const { connectionId } = state;
  try {
    const { accounts, unfinished: todo } = await store.saveChoice.executeWithOptions({ summary: 'Save the choice' }, [
      { connectionId, choice },
    ]);
    const before = 'grants' in state ? state.grants : {};
    await Promise.all(
      Object.keys(before)
        .filter((id) => !accounts.includes(id))
        .map((id) => stop(connectionId, id)),
    );
    const grants = Object.fromEntries(
      accounts.map((id): [AccountId, GrantState] => [id, { status: todo.includes(id) ? 'backfilling' : 'up_to_date' }]),
    );
    if (state.phase === 'paused' || state.phase === 'needs_reauthorization') return { ...state, choice, grants };
    return await activate(connectionId, choice, grants, fillRecorded);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // What was chosen before stands; a refusal must not end the connection.
    return state.phase === 'choosing' || state.phase === 'active' ? { ...state, problem: problemOf(error) } : state;
  }
};

/** Becomes active, and starts or takes up again the history of each account that is not up to date. */
export const activate = async (
  connectionId: ConnectionId,
  choice: Choice,
  before: Readonly<Record<AccountId, GrantState>>,
  begin: typeof fill = fill,
): Promise<ConnectionState> => {
  const todo = new Set(unfinished(before));
  const grants: Record<AccountId, GrantState> = {};
  for (const [accountId, grant] of Object.entries(before)) {
    grants[accountId] = todo.has(accountId) ? await begin(connectionId, accountId) : grant;
  }
  return { version: 1, connectionId, phase: 'active', choice, grants };
};

export const startManual = async (
  state: ConnectionState,
  { requestId, accounts, range, refetch }: messages.ManualBackfill,
  answer: (refused?: string) => void,
): Promise<ConnectionState> => {
  const { connectionId } = state;
  // What the phase permitted when the request came in may have changed: a pause was before it in the inbox.
  const permission = permits(state.phase, 'backfill');
  if (!permission.allowed) {
    answer(permission.reason);
    return state;
  }
  for (const accountId of accounts) {
    try {
      await startChild(backfill, {
        workflowId: manualBackfillWorkflowId(connectionId, accountId, requestId),
        args: [{ connectionId, accountId, kind: 'manual', requestId, range, ...(refetch === true ? { refetch } : {}) }],
        ...childOptions(connectionId, accountId, 'manual'),
      });
    } catch (error) {
      // The same request, sent twice.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  answer();
  return state;
};

/** An import has ended: the grant says how, and a dead credential parks every connection on it. */
export const ended = async (
  state: ConnectionState,
  { accountId, kind, outcome, problem }: messages.BackfillEnded,
): Promise<ConnectionState> => {
  if (!('grants' in state)) return state;
  const grant = state.grants[accountId];
  if (!grant) return state;
  // Whoever cancelled it knows; but somebody may have asked for the days anew before it had ended.
  if (outcome === 'cancelled')
    return kind === 'history' && grant.again === true ? historyAgain(state, accountId) : state;
  const { connectionId } = state;
  if (problem && isCredentialProblem(problem)) {
    const { valid, siblings } = await store.credentialOf({ connectionId });
    // The refusal of an old token pair, told after the person authorised anew: what it cut off is done again.
    if (valid) return kind === 'history' ? historyAgain(state, accountId) : state;
    await tellAll(siblings, (sibling) => sibling.signal(credentialsRejectedSignal, problem));
    return park(state, problem);
  }
  // A manual backfill says nothing of the history, and a daily sync only when it is blocked or no longer so.
  if (kind === 'manual' || (kind === 'daily' && outcome === 'completed' && grant.status !== 'blocked')) return state;
  if (state.phase === 'active' && kind === 'history' && grant.again === true) return historyAgain(state, accountId);
  const next = await store.recordGrant(
    outcome === 'completed' || !problem
      ? { connectionId, accountId, status: 'up_to_date' }
      : { connectionId, accountId, status: 'blocked', problem },
  );
  return { ...state, grants: { ...state.grants, [accountId]: next } };
};

/**
 * What the daily look at X found. An account that appeared is taken in when all were chosen; one that X stands in the way
 * of is blocked with the reason, and tried again when nothing does any more.
 */
export const looked = async (
  state: ConnectionState,
  { appeared, standing }: AccountsLook,
): Promise<ConnectionState> => {
  if (state.phase !== 'active') return state;
  const { connectionId, choice } = state;
  const grants: Record<AccountId, GrantState> = { ...state.grants };
  for (const { accountId, problem } of standing) {
    const grant = grants[accountId];
    if (!grant) continue;
    if (problem) {
      if (grant.problem?.code === problem.code) continue;
      const { again = false } = grant;
      const blocked = await store.recordGrant({ connectionId, accountId, status: 'blocked', problem });
      grants[accountId] = again ? { ...blocked, again } : blocked;
    } else if (grant.status === 'blocked') {
      grants[accountId] = await fill(connectionId, accountId);
    }
  }
  const added = choice.accounts === 'all' ? appeared.filter((id) => grants[id] === undefined) : [];
  if (added.length > 0) {
    const summary = `${added.length} accounts have appeared`;
    const { adopted } = await store.adoptAccounts.executeWithOptions({ summary }, [
      { connectionId, accounts: added, choice },
    ]);
    for (const accountId of adopted) grants[accountId] = await fill(connectionId, accountId);
  }
  return { ...state, grants };
};

type ConnectionHandle = ReturnType<typeof getExternalWorkflowHandle>;

/** Connections on the same X user live and die with the same token pair. */
const tellAll = async (
  connections: readonly ConnectionId[],
  tell: (sibling: ConnectionHandle) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    // One that has ended meanwhile needs no telling.
    connections.map((id) => tell(getExternalWorkflowHandle(connectionWorkflowId(id))).catch(() => undefined)),
  );
};

/** A sibling says that X refused the credential: true until somebody has authorised anew. */
export const rejected = async (state: ConnectionState, problem: Problem): Promise<ConnectionState> => {
  const { valid } = await store.credentialOf({ connectionId: state.connectionId });
  return valid ? state : park(state, problem);
};

/**
 * Waits for a new sign-in with everything kept: what was chosen, and how far each account is. What somebody paused stays
 * paused: it uses the credential for nothing, and a new sign-in, which another connection may need, must not undo it.
 */
const park = (state: ConnectionState, problem: Problem): ConnectionState =>
  state.phase === 'active' ? needsReauthorization(state, problem) : state;

const needsReauthorization = (
  { connectionId, choice, grants }: Extract<ConnectionState, { phase: 'active' | 'paused' }>,
  problem: Problem,
): ConnectionState => ({ version: 1, connectionId, phase: 'needs_reauthorization', choice, grants, problem });

/** Somebody authorised the X user anew, here or on a sibling: goes on where it stood. */
export const restore = (state: ConnectionState): Promise<ConnectionState> =>
  state.phase === 'needs_reauthorization' && state.choice
    ? activate(state.connectionId, state.choice, state.grants)
    : Promise.resolve(state);

export const pause = async (state: ConnectionState, note: string): Promise<ConnectionState> => {
  if (state.phase !== 'active') return state;
  const { connectionId, choice, grants } = state;
  await Promise.all(unfinished(grants).map((accountId) => stop(connectionId, accountId)));
  return { version: 1, connectionId, phase: 'paused', choice, grants, note };
};

/** Somebody may have to sign in first: the credential may have died while nothing used it. */
export const resume = async (state: ConnectionState): Promise<ConnectionState> => {
  if (state.phase !== 'paused') return state;
  const { connectionId, choice, grants } = state;
  const { valid, problem } = await store.credentialOf({ connectionId });
  return valid ? activate(connectionId, choice, grants) : needsReauthorization(state, problem ?? REJECTED);
};

const REJECTED: Problem = {
  code: 'CredentialsRejected',
  nextStep: 'There are no credentials for this X user: reconnect.',
};

/** Ends the backfills and the grants; the credential goes with the last connection that uses it. */
export const disconnect = async (
  state: ConnectionState,
  { reason, deleteData }: { reason: string; deleteData: boolean },
): Promise<ConnectionState> => {
  const { connectionId } = state;
  const grants = 'grants' in state ? Object.keys(state.grants) : [];
  await Promise.all(grants.map((accountId) => stop(connectionId, accountId)));
  if (state.phase === 'authorizing' && state.oauthRequestId !== undefined) {
    const problem = { code: 'expired', nextStep: 'Nobody finished the sign-in in time; connect again.' };
    await store.endSignIn({ oauthRequestId: state.oauthRequestId, state: 'expired', problem });
  }
  try {
    const summary = 'End grants; revoke and erase the credential';
    await person.disconnectConnection.executeWithOptions({ summary }, [{ connectionId, revoke: true }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // X could not be reached for minutes: the connection ends all the same, and the person may revoke the app at X.
    await store.disconnectConnection({ connectionId, revoke: false });
  }
  if (deleteData) await store.deleteData({ connectionId });
  return { version: 1, connectionId, phase: 'disconnected', reason };
};
