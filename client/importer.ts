/**
 * The typed façade over connections and their workflows: what scripts, the command line and the server use. It writes names
 * to Postgres and ids to Temporal, reads status from Postgres (so that it answers while no worker runs), and decides
 * nothing: what a phase permits is the workflow's answer. It must not know X's Ads API: whatever is asked of X, a worker asks.
 */
import { CALLBACK_PORT, consoleAddress, loopbackCallback, X_API_URL } from '../domain/addresses.js';
import { type AccountId, type ConnectionId, IMPORTER_QUEUE } from '../domain/ids.js';
import { OPERATOR } from '../domain/viewer.js';
import type { Privacy } from '../domain/connection.js';
import { DEFAULT_WORKSPACE } from '../store/connection/connections.js';
import { readDaysImported, startBackfill } from './act/backfill.js';
import { completeSignIn, completeSignInWithPin, type DeniedSignIn, denySignIn } from './act/callback.js';
import { cancelBackfills } from './act/cancel-backfills.js';
import { chooseAccounts } from './act/choose.js';
import { changeConnection } from './act/edit.js';
import { endConnection, pauseConnection, resumeConnection } from './act/lifecycle.js';
import { connectXUser, prepareConnection, reconnectXUser, waitUntilChoosing } from './act/sign-in.js';
import { startDailySyncs } from './act/sync.js';
import type {
  BackfillsCancelled,
  BackfillStarted,
  Chosen,
  DaysImported,
  OAuthCallback,
  SignIn,
  SignInCompleted,
} from './answers.js';
import { type Context, createSharedReads, findConnection, type ImporterOptions, requireConnection } from './context.js';
import type {
  BackfillOptions,
  CancelBackfillsOptions,
  ChooseOptions,
  ConnectOptions,
  DisconnectOptions,
  EditOptions,
  ListConnectionsOptions,
  PrepareOptions,
  SignInOptions,
  SyncOptions,
  WaitForDeletionOptions,
  WaitOptions,
  WaitUntilChoosingOptions,
} from './options.js';
import { readAccounts } from './read/accounts.js';
import { connectionSummary, readConnections } from './read/connections.js';
import { readStatus } from './read/status.js';
import { type Reads, readsOf } from './reads.js';
import type { AccountSummary, ConnectionStatus, ConnectionSummary } from './shapes.js';
import { type Upkeep, upkeepOf } from './upkeep.js';
import { waitForBackfill, waitForDeletion, waitForWorkflows, waitUntilIdle } from './wait.js';

/**
 * Every method throws errors of `errors.ts` only, except for defects. Beside those listed, all of them throw
 * `UnknownConnection` where the connection does not exist, and `Unreachable` where Postgres, or a Temporal that is needed,
 * cannot be reached; those that ask a workflow for something throw `WorkerNotAnswering` where no worker takes the request
 * within `workerTimeout`, and `NotPermitted` where the phase does not permit it (`ConnectionSummary.can` says so before).
 */
export interface Importer extends Upkeep, Reads, AsyncDisposable {
  /**
   * Makes a connection and begins its sign-in, which is open for 15 minutes: a person opens `authorizeUrl` and allows.
   * @throws `InvalidChoice` for an empty name; `SignInFailed` where X refuses the app or the callback.
   * @example const { connectionId, authorizeUrl } = await importer.connect({ displayName: 'Acme' });
   */
  connect(options?: ConnectOptions): Promise<SignIn>;
  /**
   * Makes a connection whose sign-in somebody begins later.
   * @throws `InvalidChoice` for an empty name.
   * @example const connectionId = await importer.prepare({ displayName: 'Acme' });
   */
  prepare(options?: PrepareOptions): Promise<ConnectionId>;
  /**
   * Begins another sign-in of a connection: a second try, or a reconnect in place.
   * @throws `SignInFailed` where X refuses the app or the callback.
   * @example const { authorizeUrl } = await importer.signIn(connectionId);
   */
  signIn(connectionId: ConnectionId, options?: SignInOptions): Promise<SignIn>;
  /**
   * Takes X's callback, exactly once. A worker that is away now takes it later.
   * @throws `CallbackRefused` for forged, replayed and late callbacks; nothing is stored then.
   * @example await importer.completeSignIn({ requestToken, verifier });
   */
  completeSignIn(callback: OAuthCallback): Promise<SignInCompleted>;
  /**
   * The same with the PIN that X shows after a sign-in whose `callbackUrl` is `oob`. Blanks in it do not matter.
   * @throws `InvalidChoice` for an empty PIN; `CallbackRefused` where the sign-in is unknown, used or late.
   * @example await importer.completeWithPin(oauthRequestId, '1234567');
   */
  completeWithPin(oauthRequestId: string, pin: string): Promise<SignInCompleted>;
  /**
   * Notes that the person did not allow, as X's callback says with the request token. Repeating it changes nothing.
   * @throws `CallbackRefused` where the sign-in is unknown, used or late.
   * @example await importer.denySignIn({ requestToken });
   */
  denySignIn(denied: DeniedSignIn): Promise<void>;
  /**
   * Waits until X has listed the ad accounts, and returns them.
   * @throws `SignInFailed` when it was denied, has expired, or X refused it.
   * @example const accounts = await importer.waitUntilChoosing(connectionId, { oauthRequestId });
   */
  waitUntilChoosing(connectionId: ConnectionId, options?: WaitUntilChoosingOptions): Promise<readonly AccountSummary[]>;
  /**
   * The ad accounts that the connection's X user could see when X was last asked, by name.
   * @example const choosable = (await importer.accounts(connectionId)).filter(({ selectable }) => selectable);
   */
  accounts(connectionId: ConnectionId): Promise<readonly AccountSummary[]>;
  /**
   * Chooses accounts, history, wait, daily time and look-back; the import begins. Repeat it to change some of them. `inForce`
   * is false where that takes longer than `workerTimeout`; it goes on by itself.
   * @throws `InvalidChoice`, `InvalidRange`, `UnknownAccount`; `NeedsPerson` where the choice cannot be saved.
   * @example await importer.choose(connectionId, { accounts: 'all', history: { kind: 'days', days: 365 } });
   */
  choose(connectionId: ConnectionId, options?: ChooseOptions): Promise<Chosen>;
  /**
   * All connections, newest first.
   * @example const paused = (await importer.connections()).filter(({ phase }) => phase === 'paused');
   */
  connections(options?: ListConnectionsOptions): Promise<readonly ConnectionSummary[]>;
  /**
   * One connection: its phase, its accounts by status, and what can be done with it now.
   * @example const { can } = await importer.connection(connectionId);
   */
  connection(connectionId: ConnectionId): Promise<ConnectionSummary>;
  /**
   * The connection with this id, beginning of an id, or name; `undefined` means the only one there is.
   * @throws `UnknownConnection` where none fits, or several do.
   * @example const { id } = await importer.find('Acme');
   */
  find(text: string | undefined): Promise<ConnectionSummary>;
  /**
   * The connection with its accounts, runs, holds and progress. What Temporal knows may be up to five seconds old: callers
   * share a look at it.
   * @example const { progress, holds } = await importer.status(connectionId);
   */
  status(connectionId: ConnectionId): Promise<ConnectionStatus>;
  /**
   * Waits until no account imports its history any more. Blocked accounts are not waited for; their problem is in the answer.
   * @throws `NeedsPerson`, `TimedOut`; `NotPermitted` when it is disconnected; `BackfillFailed` when its workflow has ended.
   * @example await importer.waitForBackfill(connectionId, { onProgress: ({ progress }) => console.log(progress.fraction) });
   */
  waitForBackfill(connectionId: ConnectionId, options?: WaitOptions): Promise<ConnectionStatus>;
  /**
   * The same, and until no daily or manual import runs either, nor a daily sync that was asked for is about to begin.
   * @throws as `waitForBackfill`.
   * @example await importer.waitUntilIdle(connectionId, { timeout: 600_000 });
   */
  waitUntilIdle(connectionId: ConnectionId, options?: WaitOptions): Promise<ConnectionStatus>;
  /**
   * Starts to import a range of at most a year, beside whatever runs, as far as its days are due; `notes` says what was cut.
   * @throws `InvalidRange`, `UnknownAccount`.
   * @example const started = await importer.backfill(connectionId, { from: '2026-01-01', to: '2026-03-31' });
   */
  backfill(connectionId: ConnectionId, options: BackfillOptions): Promise<BackfillStarted>;
  /**
   * The days that a manual backfill really reads. X's clock decides what is due, so this is known once it has begun.
   * @example const { range, notes } = await importer.daysImported(connectionId, started);
   */
  daysImported(connectionId: ConnectionId, started: BackfillStarted): Promise<DaysImported>;
  /**
   * Waits for the workflows that `backfill` has started.
   * @throws `BackfillFailed` if one ended without its days; else as `waitForBackfill`.
   * @example await importer.waitForWorkflows(connectionId, started.workflowIds);
   */
  waitForWorkflows(
    connectionId: ConnectionId,
    workflowIds: readonly string[],
    options?: WaitOptions,
  ): Promise<ConnectionStatus>;
  /**
   * Ends manual backfills, and their jobs at X. What has landed stays, and the same range goes on from there.
   * @throws `NotPermitted` where the request that is named has no backfill that goes on.
   * @example const { stopping } = await importer.cancelBackfills(connectionId, { requestId: started.requestId });
   */
  cancelBackfills(connectionId: ConnectionId, options?: CancelBackfillsOptions): Promise<BackfillsCancelled>;
  /**
   * Starts the daily sync of its accounts now, after one that is running, and returns the accounts.
   * @throws `NotPermitted` where an account has no daily schedule.
   * @example const accounts = await importer.sync(connectionId);
   */
  sync(connectionId: ConnectionId, options?: SyncOptions): Promise<readonly AccountId[]>;
  /**
   * Stops importing until resumed. `note` says why, for whoever reads the status.
   * @example await importer.pause(connectionId, 'invoice under dispute');
   */
  pause(connectionId: ConnectionId, note: string): Promise<void>;
  /**
   * Goes on importing, the missed days first.
   * @throws `NeedsPerson` where X has refused the credential meanwhile: it goes on after a new sign-in.
   * @example await importer.resume(connectionId);
   */
  resume(connectionId: ConnectionId): Promise<void>;
  /**
   * Ends the connection. What it has imported stays, unless `deleteData` is true and no other connection reads it; that may be
   * said after it has ended, too. Repeating it changes nothing.
   * @example await importer.disconnect(connectionId, { deleteData: true });
   */
  disconnect(connectionId: ConnectionId, options?: DisconnectOptions): Promise<void>;
  /**
   * Waits until the deletion that `disconnect` has asked for is over.
   * @throws `TimedOut`; `NotPermitted` where somebody has terminated its workflow: ask again, and it continues.
   * @example const { deletion } = await importer.waitForDeletion(connectionId);
   */
  waitForDeletion(connectionId: ConnectionId, options?: WaitForDeletionOptions): Promise<ConnectionSummary>;
  /**
   * Changes what people call it, as `edit` does.
   * @example await importer.rename(connectionId, 'Acme Europe');
   */
  rename(connectionId: ConnectionId, displayName: string): Promise<void>;
  /**
   * Changes who sees it, as `edit` does.
   * @example await importer.setPrivacy(connectionId, 'private');
   */
  setPrivacy(connectionId: ConnectionId, privacy: Privacy, teamId?: string): Promise<void>;
  /**
   * Changes name and privacy together.
   * @throws `InvalidChoice`; `ChangedMeanwhile` where the connection has another version than the one that is given.
   * @example await importer.edit(connectionId, { displayName: 'Acme', version: connection.version });
   */
  edit(connectionId: ConnectionId, edit: EditOptions): Promise<void>;
  /** Closes what `openImporter` opened; a pool and a client that the caller owns stay open. */
  close(): Promise<void>;
}

/** An importer over a pool and a Temporal client that the caller owns and closes. */
export const createImporter = (options: ImporterOptions): Importer => {
  const { viewer = OPERATOR } = options;
  const context: Context = {
    db: options.db,
    sealer: options.sealer,
    temporal: options.temporal,
    xApiUrl: options.xApiUrl ?? X_API_URL,
    publicUrl: options.publicUrl ?? consoleAddress(),
    callbackUrl: options.callbackUrl ?? loopbackCallback(CALLBACK_PORT),
    viewer,
    actor: options.actor ?? (viewer.kind === 'member' ? viewer.personId : 'xads'),
    workspaceId: options.workspaceId ?? (viewer.kind === 'member' ? viewer.workspaceId : DEFAULT_WORKSPACE),
    taskQueue: options.taskQueue ?? IMPORTER_QUEUE,
    workerTimeout: options.workerTimeout ?? 20_000,
    ...(options.shared ?? createSharedReads()),
    now: options.now ?? (() => new Date()),
  };
  const close = async (): Promise<void> => {
    await options.onClose?.();
  };
  return {
    ...upkeepOf(context),
    ...readsOf(context),
    connect: (connectOptions) => connectXUser(context, connectOptions),
    prepare: (prepareOptions) => prepareConnection(context, prepareOptions),
    signIn: (id, signInOptions) => reconnectXUser(context, id, signInOptions),
    completeSignIn: (callback) => completeSignIn(context, callback),
    completeWithPin: (oauthRequestId, pin) => completeSignInWithPin(context, oauthRequestId, pin),
    denySignIn: (denied) => denySignIn(context, denied),
    waitUntilChoosing: async (id, waitOptions) => {
      await waitUntilChoosing(context, id, waitOptions);
      return readAccounts(context, id);
    },
    accounts: (id) => readAccounts(context, id),
    choose: (id, chooseOptions) => chooseAccounts(context, id, chooseOptions),
    connections: (listOptions) => readConnections(context, listOptions),
    connection: async (id) => connectionSummary(context, await requireConnection(context, id)),
    find: async (text) => connectionSummary(context, await findConnection(context, text)),
    status: (id) => readStatus(context, id),
    waitForBackfill: (id, wait) => waitForBackfill(context, id, wait),
    waitUntilIdle: (id, wait) => waitUntilIdle(context, id, wait),
    backfill: (id, backfillOptions) => startBackfill(context, id, backfillOptions),
    daysImported: (id, started) => readDaysImported(context, id, started),
    waitForWorkflows: (id, workflowIds, wait) => waitForWorkflows(context, id, workflowIds, wait),
    cancelBackfills: (id, cancelOptions) => cancelBackfills(context, id, cancelOptions),
    sync: (id, syncOptions) => startDailySyncs(context, id, syncOptions),
    pause: (id, note) => pauseConnection(context, id, note),
    resume: (id) => resumeConnection(context, id),
    disconnect: (id, disconnectOptions) => endConnection(context, id, disconnectOptions),
    waitForDeletion: (id, wait) => waitForDeletion(context, id, wait),
    rename: (id, displayName) => changeConnection(context, id, { displayName }),
    setPrivacy: (id, privacy, teamId) => changeConnection(context, id, { privacy, teamId }),
    edit: (id, edit) => changeConnection(context, id, edit),
    close,
    [Symbol.asyncDispose]: close,
  };
};
