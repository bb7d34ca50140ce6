/**
 * The typed façade over connections and their workflows: what scripts, the command line and the server use. It writes
 * names to Postgres and ids to Temporal, reads status from Postgres (so that it answers while no worker runs), and
 * decides nothing: what a phase permits is the workflow's answer. Every refusal is an `ImporterError` that says what
 * to do. It must not know X's Ads API: whatever is asked of X, a worker asks.
 */
import { type AccountId, type ConnectionId, IMPORTER_QUEUE } from '../domain/ids.js';
import { DEFAULT_WORKSPACE } from '../store/connection/connections.js';
import { type Context, findConnection, type ImporterOptions, requireConnection } from './context.js';
import * as filling from './act/backfill.js';
import * as importing from './act/lifecycle.js';
import { cancelBackfills } from './act/cancel-backfills.js';
import * as reading from './read/connections.js';
import { type AccountReconciliation, reconciliation, type ReconcileOptions } from './read/reconciliation.js';
import { type AccountRestatements, restatements, type RestatementsOptions } from './read/restatements.js';
import { rotateKey } from './act/rotate-key.js';
import * as signingIn from './act/sign-in.js';
import { sync } from './act/sync.js';
import type {
  AccountCoverage,
  AccountSummary,
  BackfillOptions,
  BackfillsCancelled,
  BackfillStarted,
  CancelOptions,
  ChooseOptions,
  Chosen,
  ConnectionStatus,
  ConnectionSummary,
  ConnectOptions,
  DaysImported,
  Privacy,
  OAuthCallback,
  SignIn,
  WaitOptions,
} from './shapes.js';
import * as waiting from './wait.js';

export interface WaitUntilChoosingOptions {
  /** The sign-in that is waited for: its denial or failure ends the waiting. (Default: only the connection's phase) */
  readonly oauthRequestId?: string | undefined;
  /** In milliseconds. (Default: as long as a sign-in may take) */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Importer extends AsyncDisposable {
  /** Makes a connection and begins its sign-in; open `authorizeUrl` and allow. */
  connect(options?: ConnectOptions): Promise<SignIn>;
  /** Begins another sign-in: a second try, or a reconnect in place. */
  signIn(connectionId: ConnectionId, options?: Pick<ConnectOptions, 'callbackUrl'>): Promise<SignIn>;
  /** Takes X's return, exactly once. Throws `CallbackRefused` for forged, replayed and late ones; nothing is stored then. */
  completeSignIn(returned: OAuthCallback): Promise<signingIn.Completed>;
  completeWithPin(oauthRequestId: string, pin: string): Promise<signingIn.Completed>;
  /** The person said no. */
  denySignIn(denied: signingIn.Denied): Promise<void>;
  /** Waits until the accounts are listed, and returns them. Throws `SignInFailed` with what to do. */
  waitUntilChoosing(connectionId: ConnectionId, options?: WaitUntilChoosingOptions): Promise<readonly AccountSummary[]>;
  accounts(connectionId: ConnectionId): Promise<readonly AccountSummary[]>;
  /**
   * Chooses accounts, history, wait and daily time; the import begins. Again at any time to change some of them. What takes
   * longer than a person's timeout goes on by itself; the answer says so.
   */
  choose(connectionId: ConnectionId, options?: ChooseOptions): Promise<Chosen>;
  connections(options?: { readonly withDisconnected?: boolean }): Promise<readonly ConnectionSummary[]>;
  connection(connectionId: ConnectionId): Promise<ConnectionSummary>;
  /** By id, the beginning of one, or name; `undefined` means the only one there is. */
  find(text: string | undefined): Promise<ConnectionSummary>;
  status(connectionId: ConnectionId): Promise<ConnectionStatus>;
  /** Waits until no account is backfilling any more; blocked ones are in the answer. */
  waitForBackfill(connectionId: ConnectionId, options?: WaitOptions): Promise<ConnectionStatus>;
  /** The same, and until no daily or manual import runs either. */
  waitUntilIdle(connectionId: ConnectionId, options?: WaitOptions): Promise<ConnectionStatus>;
  /** Imports a range of at most a year, beside whatever runs, as far as its days are due. */
  backfill(connectionId: ConnectionId, options: BackfillOptions): Promise<BackfillStarted>;
  /** Which days that is by X's clock, which decides what is due. Known once it has begun. */
  daysImported(connectionId: ConnectionId, started: BackfillStarted): Promise<DaysImported>;
  /** Waits for what `backfill` started. Throws `BackfillFailed` if it ended without its days. */
  waitForWorkflows(
    connectionId: ConnectionId,
    workflowIds: readonly string[],
    options?: WaitOptions,
  ): Promise<ConnectionStatus>;
  /** Ends manual backfills, and their jobs at X with them; what has landed stays, and the same range goes on from there. */
  cancelBackfills(connectionId: ConnectionId, options?: CancelOptions): Promise<BackfillsCancelled>;
  /** Runs the daily sync of its accounts now, after one that is running. Answers with the accounts. */
  sync(connectionId: ConnectionId): Promise<readonly AccountId[]>;
  pause(connectionId: ConnectionId, note: string): Promise<void>;
  resume(connectionId: ConnectionId): Promise<void>;
  /** Ends it; facts stay unless `deleteData` and no other connection reads them. */
  disconnect(connectionId: ConnectionId, options?: importing.DisconnectOptions): Promise<void>;
  rename(connectionId: ConnectionId, displayName: string): Promise<void>;
  setPrivacy(connectionId: ConnectionId, privacy: Privacy): Promise<void>;
  coverage(connectionId: ConnectionId, options?: reading.CoverageOptions): Promise<readonly AccountCoverage[]>;
  /** What X has changed since it was first stored. */
  restatements(connectionId: ConnectionId, options?: RestatementsOptions): Promise<readonly AccountRestatements[]>;
  /** Where the levels disagree, and why. */
  reconciliation(connectionId: ConnectionId, options?: ReconcileOptions): Promise<readonly AccountReconciliation[]>;
  /** Seals every stored secret again with the first key; the others may go then. */
  rotateKey(): Promise<{ readonly credentials: number; readonly oauthRequests: number }>;
  /** Closes what `openImporter` opened; a pool and a client that were handed in stay open. */
  close(): Promise<void>;
}

/** Over a pool and a Temporal client that the caller owns. */
export const createImporter = (options: ImporterOptions): Importer => {
  const context: Context = {
    db: options.db,
    sealer: options.sealer,
    temporal: options.temporal,
    xApiUrl: options.xApiUrl ?? 'https://api.x.com',
    callbackUrl: options.callbackUrl ?? 'http://127.0.0.1:8788/oauth/callback',
    actor: options.actor ?? 'xads',
    workspaceId: options.workspaceId ?? DEFAULT_WORKSPACE,
    taskQueue: options.taskQueue ?? IMPORTER_QUEUE,
    workerTimeout: options.workerTimeout ?? 20_000,
    now: options.now ?? (() => new Date()),
  };
  const close = async (): Promise<void> => {
    await options.onClose?.();
  };
  return {
    connect: (connectOptions) => signingIn.connect(context, connectOptions),
    signIn: (id, signInOptions) => signingIn.signInAgain(context, id, signInOptions),
    completeSignIn: (returned) => signingIn.completeSignIn(context, returned),
    completeWithPin: (oauthRequestId, pin) => signingIn.completeWithPin(context, oauthRequestId, pin),
    denySignIn: (denied) => signingIn.denySignIn(context, denied),
    waitUntilChoosing: async (id, { oauthRequestId, ...wait } = {}) => {
      await signingIn.waitUntilChoosing(context, id, oauthRequestId, wait);
      return reading.accounts(context, id);
    },
    accounts: (id: ConnectionId) => reading.accounts(context, id),
    choose: (id, chooseOptions) => importing.choose(context, id, chooseOptions),
    connections: (listOptions) => reading.connections(context, listOptions),
    connection: async (id) => reading.summary(await requireConnection(context, id)),
    find: async (text) => reading.summary(await findConnection(context, text)),
    status: (id) => reading.status(context, id),
    waitForBackfill: (id, wait) => waiting.waitForBackfill(context, id, wait),
    waitUntilIdle: (id, wait) => waiting.waitUntilIdle(context, id, wait),
    backfill: (id, backfillOptions) => filling.backfill(context, id, backfillOptions),
    daysImported: (id, started) => filling.daysImported(context, id, started),
    waitForWorkflows: (id, workflowIds, wait) => waiting.waitForWorkflows(context, id, workflowIds, wait),
    cancelBackfills: (id, cancelOptions) => cancelBackfills(context, id, cancelOptions),
    sync: (id) => sync(context, id),
    pause: (id, note) => importing.pause(context, id, note),
    resume: (id) => importing.resume(context, id),
    disconnect: (id, disconnectOptions) => importing.disconnect(context, id, disconnectOptions),
    rename: (id, displayName) => importing.rename(context, id, displayName),
    setPrivacy: (id, privacy) => importing.changePrivacy(context, id, privacy),
    coverage: (id, coverageOptions) => reading.coverage(context, id, coverageOptions),
    restatements: (id, restatementsOptions) => restatements(context, id, restatementsOptions),
    reconciliation: (id, reconcileOptions) => reconciliation(context, id, reconcileOptions),
    rotateKey: () => rotateKey(context),
    close,
    [Symbol.asyncDispose]: close,
  };
};

export type { AccountId, ConnectionId, ImporterOptions };
