import { randomUUID } from 'node:crypto';
import { SIGN_IN_MINUTES } from '../../domain/connection.js';
import { type ConnectionId, connectionWorkflowId, workflowTypes } from '../../domain/ids.js';
import {
  type ConnectionRow,
  createConnection,
  editConnection,
  getVisibleConnection,
} from '../../store/connection/connections.js';
import { createOauthRequest, getOauthRequest, type OauthRequest } from '../../store/connection/oauth-requests.js';
import { signInUpdate } from '../../workflows/messages.js';
import { prepareSearchAttributes } from '../../temporal/namespace.js';
import { connectionStart } from '../../temporal/starts.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import type { SignIn } from '../answers.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { SignInFailed, Unreachable, WorkerNotAnswering } from '../errors.js';
import {
  type ConnectOptions,
  DEFAULT_DISPLAY_NAME,
  type PrepareOptions,
  type SignInOptions,
  type WaitUntilChoosingOptions,
} from '../options.js';
import { poll } from '../poll.js';
import { CUT_OFF, holdIn, NO_WORKER } from '../read/holds.js';
import { problemSummary } from '../read/problem.js';
import { callTemporal, sendUpdate } from '../temporal.js';
import { notifyOfCallback } from './callback.js';
import { nameOf } from './edit.js';
import { startOperation } from './start-workflow.js';

const FAILURES: Readonly<Record<string, string>> = {
  denied: 'You did not allow the importer to read your ads at X.',
  expired: `Nobody finished signing in within ${SIGN_IN_MINUTES} minutes.`,
};

const signInAgainStep = (connectionId: ConnectionId) =>
  ({ action: 'reconnect', connectionId, text: 'Sign in again, and allow the importer to read.' }) as const;

/** Codes of problems that say that X did not answer, or answered that it cannot serve. */
const X_AWAY: ReadonlySet<string> = new Set(['XUnavailable', 'ConnectionFailed']);

const noSignInPage = (why: string): Unreachable =>
  new Unreachable(`X does not sign anybody in now: ${why}`, {
    nextStep: { action: 'doctor', text: 'See what is wrong, then sign in again.' },
  });

/** Why a sign-in ended without a credential, as an error that says what to do. */
const signInFailure = ({
  state,
  problem,
  connectionId,
}: Pick<OauthRequest, 'state' | 'problem' | 'connectionId'>): SignInFailed | Unreachable => {
  if (problem !== null && X_AWAY.has(problem.code)) return noSignInPage(problem.nextStep);
  const known = problemSummary(problem, { id: connectionId, otherwise: 'reconnect' });
  const nextStep = known?.nextStep ?? signInAgainStep(connectionId);
  const code = known === undefined ? '' : ` (${known.code.replaceAll('_', ' ')})`;
  return new SignInFailed(FAILURES[state] ?? `X did not accept the sign-in${code}.`, { nextStep });
};

/** A sign-in page comes within a second; whoever waits for longer hears why. */
const SAY_WHY_AFTER_MS = 5_000;

/** Holds that are the worker's: the next attempt begins by itself, and a worker that stays away is said at the end. */
const OF_THE_WORKER: ReadonlySet<string> = new Set([NO_WORKER, CUT_OFF]);

/** Refuses to wait for what X says while the worker asks it, which the worker does for minutes. */
const refuseWait = async (context: Context, connectionId: ConnectionId): Promise<void> => {
  const hold = await holdIn(context, connectionWorkflowId(connectionId));
  if (hold !== undefined && !OF_THE_WORKER.has(hold.reason)) throw noSignInPage(hold.reason);
};

/** Waits until a worker has asked X for a request token. */
const untilPending = async (
  context: Context,
  connectionId: ConnectionId,
  id: string,
): Promise<OauthRequest & { readonly requestToken: string }> => {
  let sayWhyAt = Date.now() + SAY_WHY_AFTER_MS;
  return poll({
    timeout: Math.max(context.workerTimeout, 30_000),
    interval: 50,
    look: async () => {
      const request = await getOauthRequest(context.db, id);
      if (request === undefined || request.state === 'asked') {
        if (Date.now() < sayWhyAt) return undefined;
        sayWhyAt = Date.now() + 1_000;
        await refuseWait(context, connectionId);
        return undefined;
      }
      if (request.state === 'failed' || request.state === 'expired') throw signInFailure(request);
      return request.requestToken === null ? undefined : { ...request, requestToken: request.requestToken };
    },
    onTimeout: () =>
      new WorkerNotAnswering('No worker has asked X for a sign-in page.', {
        nextStep: { action: 'start_worker', text: 'See that a worker runs, then try again.' },
      }),
  });
};

const beginSignIn = async (
  context: Context,
  connectionId: ConnectionId,
  { callbackUrl = context.callbackUrl, session, otherUser }: SignInOptions,
): Promise<string> => {
  const id = randomUUID();
  const minutes = SIGN_IN_MINUTES;
  await createOauthRequest(context.db, { id, connectionId, callbackUrl, minutes, session, otherUser });
  return id;
};

const signInOf = async (context: Context, connectionId: ConnectionId, oauthRequestId: string): Promise<SignIn> => {
  const { requestToken, callbackUrl, expiresAt } = await untilPending(context, connectionId, oauthRequestId);
  const consentPage = authorizeUrl(new URL(context.xApiUrl), requestToken);
  return { connectionId, oauthRequestId, authorizeUrl: consentPage, callbackUrl, expiresAt };
};

/** No worker has to answer, and a server may need some seconds to know search attributes that were made just now. */
const START_MS = 30_000;

/** Makes a connection, and starts its workflow with the sign-in that it begins with, where it begins with one. */
const makeConnection = async (
  context: Context,
  options: Pick<ConnectOptions, 'displayName' | 'privacy'>,
  begin: (connectionId: ConnectionId) => Promise<string | undefined>,
): Promise<{ readonly connectionId: ConnectionId; readonly oauthRequestId: string | undefined }> => {
  const displayName = nameOf(options.displayName ?? DEFAULT_DISPLAY_NAME);
  // Nothing is left behind where nothing can begin.
  const { temporal } = context;
  await callTemporal(
    context,
    'make what Temporal lacks',
    () => prepareSearchAttributes(temporal.connection, temporal.options.namespace),
    START_MS,
  );
  const connectionId = randomUUID();
  await createConnection(context.db, {
    id: connectionId,
    displayName,
    createdBy: context.actor,
    workspaceId: context.workspaceId,
  });
  if (options.privacy !== undefined) await editConnection(context.db, connectionId, { privacy: options.privacy });
  const oauthRequestId = await begin(connectionId);
  const input = { connectionId, ...(oauthRequestId === undefined ? {} : { oauthRequestId }) };
  await callTemporal(
    context,
    'start the connection',
    () => temporal.workflow.start(workflowTypes.connection, connectionStart(context.taskQueue, input)),
    START_MS,
  );
  return { connectionId, oauthRequestId };
};

/** Makes a connection, starts its workflow and begins its sign-in. */
export const connectXUser = async (context: Context, options: ConnectOptions = {}): Promise<SignIn> => {
  const made = await makeConnection(context, options, (id) => beginSignIn(context, id, options));
  return signInOf(context, made.connectionId, made.oauthRequestId ?? '');
};

/** Makes a connection whose sign-in somebody begins later. */
export const prepareConnection = async (context: Context, options: PrepareOptions = {}): Promise<ConnectionId> =>
  (await makeConnection(context, options, () => Promise.resolve(undefined))).connectionId;

/** A second try, or a reconnect. A workflow that has gone meanwhile is started again under the same id. */
export const reconnectXUser = async (
  context: Context,
  connectionId: ConnectionId,
  options: SignInOptions = {},
): Promise<SignIn> => {
  const row = await requireConnection(context, connectionId);
  const oauthRequestId = await beginSignIn(context, connectionId, options);
  if (row.phase === 'authorizing') {
    await callTemporal(context, 'sign in', async () =>
      context.temporal.workflow.executeUpdateWithStart(signInUpdate, {
        startWorkflowOperation: await startOperation(context, { connectionId, oauthRequestId }),
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
  return signInOf(context, connectionId, oauthRequestId);
};

/** The accounts are listed, and none can be chosen: each says why itself. */
const NO_ACCOUNT = 'no_account';
/** How long the workflow may take to notice a stored callback before it is notified once more. */
const NOTIFY_AGAIN_MS = 3_000;

/** Throws if the connection shows that the sign-in, which X has accepted, leads nowhere. */
const refuseUselessSignIn = (row: ConnectionRow, exchanged: boolean): void => {
  if (row.problem !== null && row.problem.code !== NO_ACCOUNT && row.phase !== 'needs_reauthorization') {
    const problem = problemSummary(row.problem, { id: row.id, otherwise: 'see_x' });
    throw new SignInFailed(
      `X signed you in, but the ad accounts cannot be read (${row.problem.code.replaceAll('_', ' ')}).`,
      { nextStep: problem?.nextStep },
    );
  }
  // The pair that was exchanged just now: what went on with it has met X's refusal already.
  if (exchanged && row.phase === 'needs_reauthorization' && row.credentialProblem !== null) {
    const problem = problemSummary(row.credentialProblem, { id: row.id, otherwise: 'reconnect' });
    throw new SignInFailed(
      `X signed you in, and refuses the new credentials as well (${row.credentialProblem.code}).`,
      {
        nextStep: problem?.nextStep,
      },
    );
  }
};

/** Waits until X's accounts are listed (or the connection was active before), or says why signing in failed. */
export const waitUntilChoosing = async (
  context: Context,
  connectionId: ConnectionId,
  { oauthRequestId, timeout, signal }: WaitUntilChoosingOptions = {},
): Promise<void> => {
  await requireConnection(context, connectionId);
  let notifyAt: number | undefined;
  await poll({
    timeout: timeout ?? (SIGN_IN_MINUTES + 1) * 60_000,
    interval: 200,
    signal,
    look: async () => {
      const request = oauthRequestId === undefined ? undefined : await getOauthRequest(context.db, oauthRequestId);
      if (request !== undefined && ['denied', 'expired', 'failed'].includes(request.state))
        throw signInFailure(request);
      const row = await getVisibleConnection(context.db, context.viewer, connectionId);
      if (row?.phase === 'disconnected') throw new SignInFailed('The connection was disconnected meanwhile.');
      if (request?.state === 'callback_received') {
        notifyAt ??= Date.now() + NOTIFY_AGAIN_MS;
        if (Date.now() >= notifyAt) {
          notifyAt = Date.now() + NOTIFY_AGAIN_MS;
          await notifyOfCallback(context, request);
        }
      }
      if (row === undefined || (request !== undefined && request.state !== 'exchanged')) return undefined;
      refuseUselessSignIn(row, request !== undefined);
      return row.phase === 'authorizing' || row.phase === 'needs_reauthorization' ? undefined : true;
    },
    onTimeout: () => new SignInFailed(FAILURES['expired'] ?? '', { nextStep: signInAgainStep(connectionId) }),
  });
};
