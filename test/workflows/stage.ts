import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createImporter, type Importer } from '../../client/importer.js';
import type { ConnectionState, Phase } from '../../domain/connection.js';
import { connectionWorkflowId, workflowTypes } from '../../domain/ids.js';
import type { ConnectionId } from '../../domain/ids.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import { createConnection, getConnection } from '../../store/connection/connections.js';
import { createOauthRequest, getOauthRequest } from '../../store/connection/oauth-requests.js';
import { createPool, type Db } from '../../store/pool.js';
import { createSealer } from '../../store/secrets.js';
import type { Simulator } from '../../simulator/state/simulator.js';
import { createWorkers } from '../../worker/create.js';
import type { Connection } from '../../workflows/connection.js';
import { connectionStateQuery } from '../../workflows/messages.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import { createXAds, type XAds } from '../../x-ads/client.js';
import { createDatabase } from '../support/database.js';
import { control, startSimulator } from '../support/simulator.js';
import { connectTemporal, newNamespace, temporalAddress, workflowBundle } from '../support/temporal.js';
import { CALLBACK, consent } from '../x-ads/support/simulator.js';

/** Workflows as they run in earnest: a real worker, a real Temporal server, a real Postgres, a simulated X. */
export interface Stage extends AsyncDisposable {
  readonly db: Db;
  readonly x: XAds;
  readonly url: string;
  readonly simulator: Simulator;
  readonly temporal: Client;
  readonly importer: Importer;
  /** What a return of X carried, and what else must be seen nowhere. */
  readonly secrets: Set<string>;
  control(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  faults(...faults: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Starts a connection's workflow with a sign-in that waits for the person. */
  begin(input?: Partial<Connection>): Promise<SignIn>;
  allow(signIn: SignIn, screenName?: string): Promise<void>;
  /** Begun, allowed, and the accounts listed. */
  signIn(input?: Partial<Connection>): Promise<ConnectionId>;
  handle(connectionId: ConnectionId): WorkflowHandle;
  state(connectionId: ConnectionId): Promise<ConnectionState>;
  untilPhase(connectionId: ConnectionId, phase: Phase): Promise<ConnectionState>;
}

export interface SignIn {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId: string;
  readonly requestToken: string;
}

export const DISPLAY_NAME = 'Ads of Ada Lovelace';

/** Until there is an answer; a test's own time-out is the end of jobTimeouts. */
export const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(50);
  }
};

const startWorker = async (db: Db, x: XAds, key: Buffer, namespace: string) => {
  const native = await NativeConnection.connect({ address: temporalAddress() });
  const deps = { db, sealer: createSealer([key]), x, jobTimeouts: defaultJobTimeouts };
  const workers = await createWorkers(deps, {
    connection: native,
    namespace,
    workflowBundle: workflowBundle(),
    shutdownGraceTime: '1 second',
    shutdownForceTime: '5 seconds',
  });
  const running = workers.run();
  return async (): Promise<void> => {
    workers.shutdown();
    await running;
    await native.close();
  };
};

export const openStage = async (options: Parameters<typeof startSimulator>[0] = {}): Promise<Stage> => {
  const [database, simulator, namespace] = await Promise.all([
    createDatabase(),
    startSimulator(options),
    newNamespace(),
  ]);
  await control(simulator, 'PUT', 'clock', { frozen: true });
  const { url, consumerKey, consumerSecret } = simulator;
  const db = createPool(database.url);
  const x = createXAds({ baseUrl: url, oauthUrl: url, consumer: { key: consumerKey, secret: consumerSecret } });
  const key = randomBytes(32);
  const stopWorker = await startWorker(db, x, key, namespace);
  const temporal = await connectTemporal(namespace);
  const importer = createImporter({ db, sealer: createSealer([key]), temporal, xApiUrl: url, callbackUrl: CALLBACK });
  const secrets = new Set([consumerSecret, key.toString('hex'), DISPLAY_NAME]);

  const handle: Stage['handle'] = (connectionId) => temporal.workflow.getHandle(connectionWorkflowId(connectionId));
  const state: Stage['state'] = (connectionId) => handle(connectionId).query(connectionStateQuery);
  const untilPhase: Stage['untilPhase'] = (connectionId, phase) =>
    until(async () => {
      const [now, row] = await Promise.all([state(connectionId), getConnection(db, connectionId)]);
      // The workflow knows first; lists and waits read what it has written.
      return now.phase === phase && row?.phase === phase ? now : undefined;
    });
  const begin: Stage['begin'] = async (input = {}) => {
    const [connectionId, oauthRequestId] = [randomUUID(), randomUUID()];
    await createConnection(db, { id: connectionId, displayName: DISPLAY_NAME, createdBy: 'ada' });
    const expiresAt = new Date(Date.now() + 900_000).toISOString();
    await createOauthRequest(db, { id: oauthRequestId, connectionId, callbackUrl: CALLBACK, expiresAt });
    await temporal.workflow.start(workflowTypes.connection, {
      workflowId: connectionWorkflowId(connectionId),
      taskQueue: 'importer',
      args: [{ connectionId, oauthRequestId, ...input }],
    });
    const requestToken = await until(
      async () => (await getOauthRequest(db, oauthRequestId))?.requestToken ?? undefined,
    );
    secrets.add(requestToken);
    return { connectionId, oauthRequestId, requestToken };
  };
  const allow: Stage['allow'] = async ({ requestToken }, screenName = 'all_accounts') => {
    const back = await consent(authorizeUrl(new URL(url), requestToken), screenName);
    const verifier = back.searchParams.get('oauth_verifier') ?? '';
    secrets.add(verifier);
    await importer.completeSignIn({ requestToken, verifier });
  };
  return {
    db,
    x,
    url,
    simulator: simulator.simulator,
    temporal,
    importer,
    secrets,
    control: (method, path, body) => control(simulator, method, path, body),
    faults: async (...faults) => {
      await control(simulator, 'PUT', 'faults', faults);
    },
    begin,
    allow,
    async signIn(input) {
      const signIn = await begin(input);
      await allow(signIn);
      await untilPhase(signIn.connectionId, 'choosing');
      return signIn.connectionId;
    },
    handle,
    state,
    untilPhase,
    async [Symbol.asyncDispose]() {
      await stopWorker();
      await temporal.connection.close();
      await x.close();
      await db.end();
      await simulator.close();
      await database.drop();
    },
  };
};
