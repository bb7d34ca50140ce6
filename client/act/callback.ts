import { SIGN_IN_MINUTES } from '../../domain/connection.js';
import { getVisibleConnection } from '../../store/connection/connections.js';
import {
  type CallbackOutcome,
  findOauthRequest,
  getOauthRequest,
  type OauthRequest,
  saveCallback,
  saveDenial,
  sessionHash,
} from '../../store/connection/oauth-requests.js';
import { completeSignInUpdate } from '../../workflows/messages.js';
import type { OAuthCallback, SignInCompleted } from '../answers.js';
import type { Context } from '../context.js';
import { CallbackRefused, InvalidChoice, Unreachable, WorkerNotAnswering } from '../errors.js';
import { callTemporal } from '../temporal.js';
import { startOperation } from './start-workflow.js';

/** A browser waits for the page that follows. */
const CALLBACK_TIMEOUT_MS = 5_000;

/**
 * What X's redirect says. X has also been seen to send neither token nor verifier after a denial (docs/x-ads-api.md §3.2);
 * that ends no sign-in, because anybody can send it.
 */
export type CallbackQuery =
  | ({ readonly kind: 'allowed' } & OAuthCallback)
  | { readonly kind: 'denied'; readonly requestToken: string | undefined };

/** Reads the query of X's redirect: `oauth_token` and `oauth_verifier`, or `denied`. */
export const readCallback = (query: URLSearchParams): CallbackQuery => {
  const verifier = query.get('oauth_verifier') ?? '';
  const requestToken = query.get('oauth_token') ?? query.get('denied') ?? '';
  if (verifier !== '' && requestToken !== '' && !query.has('denied'))
    return { kind: 'allowed', requestToken, verifier };
  return { kind: 'denied', requestToken: requestToken === '' ? undefined : requestToken };
};

const refusal = (why: Extract<CallbackOutcome, { kind: 'refused' }>['why']): CallbackRefused => {
  switch (why) {
    case 'unknown':
      return new CallbackRefused(
        'This answer belongs to no sign-in that the importer began, so it may be forged. Nothing was stored.',
        { why },
      );
    case 'already_used':
      return new CallbackRefused('This answer has been used already. Nothing was changed; you can close this window.', {
        why,
      });
    case 'late':
      return new CallbackRefused(`This sign-in has expired: it was open for more than ${SIGN_IN_MINUTES} minutes.`, {
        why,
        nextStep: { action: 'reconnect', text: 'Start it again in the importer.' },
      });
  }
};

/**
 * A sign-in of a connection that the viewer does not see is answered like one that was never begun; one that another browser
 * session began is refused, so that nobody can be led to sign in for somebody else.
 */
const refuseForeign = async (
  { db, viewer }: Context,
  request: OauthRequest | undefined,
  session: string | undefined,
): Promise<void> => {
  if (request === undefined) return;
  if (viewer.kind !== 'operator' && (await getVisibleConnection(db, viewer, request.connectionId)) === undefined)
    throw refusal('unknown');
  if (request.session !== null && request.session !== (session === undefined ? undefined : sessionHash(session))) {
    throw new CallbackRefused('X sent its answer to another browser than began the sign-in. Nothing was stored.', {
      why: 'other_browser',
      nextStep: {
        action: 'reconnect',
        connectionId: request.connectionId,
        text: 'Begin the sign-in again, and finish it in the same browser.',
      },
    });
  }
};

/**
 * Notifies the workflow that the callback is stored. Repeating it changes nothing; a workflow that somebody terminated
 * meanwhile is started again, because X's answer works only once.
 */
const notifyWorkflow = async (
  context: Context,
  { connectionId, id }: Pick<OauthRequest, 'id' | 'connectionId'>,
): Promise<void> => {
  await callTemporal(
    context,
    'take the answer of X',
    async () =>
      context.temporal.workflow.executeUpdateWithStart(completeSignInUpdate, {
        startWorkflowOperation: await startOperation(context, { connectionId, restored: true }),
        args: [{ oauthRequestId: id }],
        updateId: `callback-${id}`,
      }),
    Math.min(context.workerTimeout, CALLBACK_TIMEOUT_MS),
  );
};

/** The same, where a worker or a Temporal that is away is no failure: `waitUntilChoosing` notifies it again. */
export const notifyOfCallback = async (
  context: Context,
  request: Pick<OauthRequest, 'id' | 'connectionId'>,
): Promise<void> => {
  try {
    await notifyWorkflow(context, request);
  } catch (error) {
    if (!(error instanceof WorkerNotAnswering) && !(error instanceof Unreachable)) throw error;
  }
};

/** Stores X's callback, exactly once: forged, replayed and late ones are refused and store nothing. */
export const completeSignIn = async (
  context: Context,
  { requestToken, verifier, session }: OAuthCallback,
): Promise<SignInCompleted> => {
  await refuseForeign(context, await findOauthRequest(context.db, requestToken), session);
  const outcome = await saveCallback(context.db, context.sealer, { requestToken, verifier });
  if (outcome.kind === 'refused') throw refusal(outcome.why);
  await notifyOfCallback(context, outcome);
  return { connectionId: outcome.connectionId, oauthRequestId: outcome.id };
};

/** The same with the PIN that X shows where no browser can come back. */
export const completeSignInWithPin = async (
  context: Context,
  oauthRequestId: string,
  pin: string,
): Promise<SignInCompleted> => {
  const verifier = pin.replaceAll(/\s/g, '');
  if (verifier === '') throw new InvalidChoice('The PIN is empty; type the digits that X shows.');
  const request = await getOauthRequest(context.db, oauthRequestId);
  if (request === undefined || request.requestToken === null) throw refusal('unknown');
  return completeSignIn(context, { requestToken: request.requestToken, verifier });
};

/** Whose sign-in was denied: X names it by the request token, which nobody else knows. */
export interface DeniedSignIn {
  readonly requestToken: string;
  /** The browser session that it comes in. */
  readonly session?: string | undefined;
}

/** Stores that the person did not allow. */
export const denySignIn = async (context: Context, { requestToken, session }: DeniedSignIn): Promise<void> => {
  await refuseForeign(context, await findOauthRequest(context.db, requestToken), session);
  const outcome = await saveDenial(context.db, requestToken);
  if (outcome.kind === 'refused') {
    // A denial that arrives twice changes nothing.
    const request = await findOauthRequest(context.db, requestToken);
    if (request?.state === 'denied') return;
    throw refusal(outcome.why);
  }
  await notifyOfCallback(context, outcome);
};
