import { randomUUID } from 'node:crypto';
import { SIGN_IN_MINUTES } from '../../domain/connection.js';
import { workflowTypes } from '../../domain/ids.js';
import type { ConnectionId } from '../../domain/ids.js';
import { createConnection, getConnection } from '../../store/connection/connections.js';
import { setPrivacy } from '../../store/connection/connections.js';
import {
  createOauthRequest,
  findOauthRequest,
  getOauthRequest,
  saveDenial,
  saveCallback,
  type OauthRequest,
  type CallbackOutcome,
} from '../../store/connection/oauth-requests.js';
import { completeSignInUpdate, signInUpdate } from '../../workflows/messages.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { InvalidChoice } from '../errors/invalid-choice.js';
import { CallbackRefused } from '../errors/callback-refused.js';
import { SignInFailed } from '../errors/sign-in-failed.js';
import { WorkerNotAnswering } from '../errors/worker-not-answering.js';
import { Unreachable } from '../errors/unreachable.js';
import { poll } from '../poll.js';
import type { ConnectOptions, OAuthCallback, SignIn } from '../shapes.js';
import { startOperation, workflowOptions } from './start-workflow.js';
import { callTemporal, reachTemporal, sendUpdate } from '../temporal.js';

/** A browser waits for the page that follows. */
const CALLBACK_TIMEOUT_MS = 5_000;
const RETRY = 'Sign in again with `xads reconnect`, and allow the importer to read.';

const PROBLEMS: Readonly<Record<string, string>> = {
  denied: 'You did not allow the importer to read your ads at X.',
  expired: `Nobody finished signing in within ${SIGN_IN_MINUTES} minutes.`,
};

/** Why a sign-in ended without a credential, as an error that says what to do. */
export const signInFailure = (request: Pick<OauthRequest, 'state' | 'problem'>): SignInFailed => {
  const known = PROBLEMS[request.state];
  if (known !== undefined) return new SignInFailed(known, { nextStep: request.problem?.nextStep ?? RETRY });
  const code = request.problem === null ? '' : ` (${request.problem.code.replaceAll('_', ' ')})`;
  return new SignInFailed(`X did not accept the sign-in${code}.`, { nextStep: request.problem?.nextStep ?? RETRY });
};

const refusal = (outcome: Extract<CallbackOutcome, { kind: 'refused' }>): CallbackRefused => {
  switch (outcome.why) {
    case 'unknown':
      return new CallbackRefused(
        'This answer belongs to no sign-in that the importer began, so it may be forged. Nothing was stored.',
      );
    case 'already_used':
      return new CallbackRefused('This answer has been used already. Nothing was changed; you can close this window.');
    case 'late':
      return new CallbackRefused(`This sign-in has expired: it was open for more than ${SIGN_IN_MINUTES} minutes.`, {
        nextStep: 'Start it again in the importer.',
      });
  }
};

/** Waits for the worker to have asked X for a request token. */
const untilAsked = (context: Context, id: string): Promise<OauthRequest & { readonly requestToken: string }> =>
  poll({
    timeout: Math.max(context.workerTimeout, 30_000),
    interval: 50,
    look: async () => {
      const request = await getOauthRequest(context.db, id);
      if (request === undefined || request.state === 'asked') return undefined;
      if (request.state === 'failed' || request.state === 'expired') throw signInFailure(request);
      return request.requestToken === null ? undefined : { ...request, requestToken: request.requestToken };
    },
    late: () =>
      new WorkerNotAnswering('No worker has asked X for a sign-in page.', {
        nextStep: 'See that a worker runs (`npm run worker`); then repeat the command.',
      }),
  });

const begin = async (context: Context, connectionId: ConnectionId, callbackUrl: string): Promise<string> => {
  const id = randomUUID();
  const expiresAt = new Date(context.now().getTime() + SIGN_IN_MINUTES * 60_000).toISOString();
  await createOauthRequest(context.db, { id, connectionId, callbackUrl, expiresAt });
  return id;
};

const finish = async (context: Context, connectionId: ConnectionId, oauthRequestId: string): Promise<SignIn> => {
  const { requestToken, callbackUrl, expiresAt } = await untilAsked(context, oauthRequestId);
  const consentPage = authorizeUrl(new URL(context.xApiUrl), requestToken);
  return { connectionId, oauthRequestId, authorizeUrl: consentPage, callbackUrl, expiresAt };
};

export const connect = async (context: Context, options: ConnectOptions = {}): Promise<SignIn> => {
  const displayName = (options.displayName ?? 'X Ads').trim();
  if (displayName === '') throw new InvalidChoice('The name of a connection cannot be empty.');
  // Nothing is left behind where nothing can begin.
  await reachTemporal(context);
  const connectionId = randomUUID();
  await createConnection(context.db, {
    id: connectionId,
    displayName,
    createdBy: context.actor,
    workspaceId: context.workspaceId,
  });
  if (options.privacy !== undefined) await setPrivacy(context.db, connectionId, options.privacy);
  const oauthRequestId = await begin(context, connectionId, options.callbackUrl ?? context.callbackUrl);
  await callTemporal(context, 'start the connection', () =>
    context.temporal.workflow.start(
      workflowTypes.connection,
      workflowOptions(context, { connectionId, oauthRequestId }),
    ),
  );
  return finish(context, connectionId, oauthRequestId);
};

/** A second try, or a reconnect. A workflow that has gone meanwhile is started again under the same id. */
export const signInAgain = async (
  context: Context,
  connectionId: ConnectionId,
  { callbackUrl }: Pick<ConnectOptions, 'callbackUrl'> = {},
): Promise<SignIn> => {
  const row = await requireConnection(context, connectionId);
  const oauthRequestId = await begin(context, connectionId, callbackUrl ?? context.callbackUrl);
  if (row.phase === 'authorizing') {
    await callTemporal(context, 'sign in', () =>
      context.temporal.workflow.executeUpdateWithStart(signInUpdate, {
        startWorkflowOperation: startOperation(context, { connectionId, oauthRequestId }),
        args: [{ oauthRequestId }],
        updateId: oauthRequestId,
      }),
    );
  } else {
    await sendUpdate(context, connectionId, {
      definition: signInUpdate,
      args: [{ oauthRequestId }],
      updateId: oauthRequestId,
      what: 'sign in',
    });
  }
  return finish(context, connectionId, oauthRequestId);
};

/**
 * Tells the workflow that the return is there. Repeating it says nothing new; a workflow that somebody terminated
 * meanwhile is started again, because X's answer works only once.
 */
const tellReturned = async (context: Context, request: Pick<OauthRequest, 'id' | 'connectionId'>): Promise<void> => {
  const { connectionId, id } = request;
  await callTemporal(
    context,
    'take the answer of X',
    () =>
      context.temporal.workflow.executeUpdateWithStart(completeSignInUpdate, {
        startWorkflowOperation: startOperation(context, { connectionId }),
        args: [{ oauthRequestId: id }],
        updateId: `callback-${id}`,
      }),
    Math.min(context.workerTimeout, CALLBACK_TIMEOUT_MS),
  );
};

/** The answer is in Postgres; a worker or a Temporal that is away now is told later, by `waitUntilChoosing`. */
const tellReturnedIfPossible = async (
  context: Context,
  request: Pick<OauthRequest, 'id' | 'connectionId'>,
): Promise<void> => {
  try {
    await tellReturned(context, request);
  } catch (error) {
    if (!(error instanceof WorkerNotAnswering) && !(error instanceof Unreachable)) throw error;
  }
};

export interface Completed {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId: string;
}

/** Takes X's return, exactly once: forged, replayed and late ones are refused and store nothing. */
export const completeSignIn = async (
  context: Context,
  { requestToken, verifier }: OAuthCallback,
): Promise<Completed> => {
  const outcome = await saveCallback(context.db, context.sealer, { requestToken, verifier });
  if (outcome.kind === 'refused') throw refusal(outcome);
  await tellReturnedIfPossible(context, outcome);
  return { connectionId: outcome.connectionId, oauthRequestId: outcome.id };
};

/** The same, with the PIN that X shows where no browser can come back. */
export const completeWithPin = async (context: Context, oauthRequestId: string, pin: string): Promise<Completed> => {
  const verifier = pin.replaceAll(/\s/g, '');
  if (verifier === '') throw new InvalidChoice('The PIN is empty; type the digits that X shows.');
  const request = await getOauthRequest(context.db, oauthRequestId);
  if (request === undefined || request.requestToken === null) throw refusal({ kind: 'refused', why: 'unknown' });
  return completeSignIn(context, { requestToken: request.requestToken, verifier });
};

/** Whose sign-in was denied: X says it by the request token; a return without one is known by who waits for it. */
export type Denied = { readonly requestToken: string } | { readonly oauthRequestId: string };

/** The person said no. */
export const denySignIn = async (context: Context, denied: Denied): Promise<void> => {
  const requestToken =
    'requestToken' in denied
      ? denied.requestToken
      : (await getOauthRequest(context.db, denied.oauthRequestId))?.requestToken;
  if (requestToken === undefined || requestToken === null) throw refusal({ kind: 'refused', why: 'unknown' });
  const outcome = await saveDenial(context.db, requestToken);
  if (outcome.kind === 'refused') {
    // A denial that arrives twice changes nothing and accuses nobody.
    const request = await findOauthRequest(context.db, requestToken);
    if (request?.state === 'denied') return;
    throw refusal(outcome);
  }
  await tellReturnedIfPossible(context, outcome);
};

/** The accounts are listed, and none can be chosen: each says why itself. */
const NO_ACCOUNT = 'no_account';
/** How long the workflow may take to notice a stored return before it is told once more. */
const NUDGE_AFTER_MS = 3_000;

/** Waits until X's accounts are listed (or the connection was active before), or says why signing in failed. */
export const waitUntilChoosing = async (
  context: Context,
  connectionId: ConnectionId,
  oauthRequestId: string | undefined,
  { timeout, signal }: { readonly timeout?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> => {
  await requireConnection(context, connectionId);
  let nudgeAt: number | undefined;
  await poll({
    timeout: timeout ?? (SIGN_IN_MINUTES + 1) * 60_000,
    interval: 200,
    signal,
    look: async () => {
      const request = oauthRequestId === undefined ? undefined : await getOauthRequest(context.db, oauthRequestId);
      if (request !== undefined && ['denied', 'expired', 'failed'].includes(request.state))
        throw signInFailure(request);
      const row = await getConnection(context.db, connectionId);
      if (row?.phase === 'disconnected') throw new SignInFailed('The connection was disconnected meanwhile.');
      if (request?.state === 'callback_received') {
        nudgeAt ??= Date.now() + NUDGE_AFTER_MS;
        if (Date.now() >= nudgeAt) {
          nudgeAt = Date.now() + NUDGE_AFTER_MS;
          await tellReturnedIfPossible(context, request);
        }
      }
      if (row === undefined || (request !== undefined && request.state !== 'exchanged')) return undefined;
      if (row.problem !== null && row.problem.code !== NO_ACCOUNT && row.phase !== 'needs_reauthorization') {
        const code = row.problem.code.replaceAll('_', ' ');
        throw new SignInFailed(`X signed you in, but the ad accounts cannot be read (${code}).`, {
          nextStep: row.problem.nextStep,
        });
      }
      // The pair that was exchanged just now: what went on with it has met X's refusal already.
      if (request !== undefined && row.phase === 'needs_reauthorization' && row.credentialProblem !== null) {
        const { code, nextStep } = row.credentialProblem;
        throw new SignInFailed(`X signed you in, and refuses the new credentials as well (${code}).`, { nextStep });
      }
      return row.phase === 'authorizing' || row.phase === 'needs_reauthorization' ? undefined : true;
    },
    late: () => new SignInFailed(PROBLEMS['expired'] ?? '', { nextStep: RETRY }),
  });
};
