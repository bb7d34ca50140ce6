import { randomBytes } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import type { AccountCoverage, ConnectionStatus } from '../../../client/shapes.js';
import type { Importer } from '../../../client/importer.js';
import { openWith } from '../../../client/open.js';
import type { JobTimeouts } from '../../../domain/job-outcome.js';
import type { ConnectionId } from '../../../domain/ids.js';
import { allow } from '../../../local/once/consent.js';
import { compareAccount, type Comparison, newComparison } from '../../../local/once/compare.js';
import { freezeClock, requestReport, type RequestReport, simulatedAccounts } from '../../../local/once/simulated.js';
import { createPool, type Db } from '../../../store/pool.js';
import { createSealer } from '../../../store/secrets.js';
import type { Fault } from '../../../simulator/state/faults.js';
import { createWorkers } from '../../../worker/create.js';
import { createXAds } from '../../../x-ads/client.js';
import { createDatabase } from '../../support/database.js';
import { control, startSimulator } from '../../support/simulator.js';
import { newNamespace, newTaskQueues, temporalAddress, workflowBundle } from '../../support/temporal.js';

/*
 * A whole installation in the test's own process, but for the servers: a database, a simulated X whose data time stands
 * still, and a worker pair on task queues of its own. What the importer waits for in minutes it waits for in seconds
 * here, by configuration; nothing else is different.
 */

/** Long enough that a busy machine is not taken for a failing X, short enough for a test. */
const SHORT: JobTimeouts = { lostCreate: 3, job: 12, file: 4, refusedSlots: 1, saidSlots: 1 };
/** Shorter than `lostCreate`, as it is in production. */
const TIMEOUTS = { responseMs: 5_000, jobCreateMs: 2_000, downloadMs: 10_000 };

export const WAIT_MS = 280_000;

export interface World extends AsyncDisposable {
  readonly importer: Importer;
  readonly db: Db;
  readonly simulatorUrl: string;
  /** Faults in force from now on, in place of those before. */
  provoke(faults: readonly Fault[]): Promise<void>;
  /** How often each fault has struck, in the order they were given. */
  hits(): Promise<readonly number[]>;
  /** Signs in as a person does. */
  signIn(screenName?: string): Promise<ConnectionId>;
  /** The same for a connection that X no longer lets in. */
  signInAgain(connectionId: ConnectionId, screenName?: string): Promise<void>;
  /** Until the import has ended, well or not. */
  imported(connectionId: ConnectionId, timeout?: number): Promise<ConnectionStatus>;
  /** Everything that was imported against the simulator's truth. */
  compare(connectionId: ConnectionId): Promise<Comparison>;
  coverage(connectionId: ConnectionId): Promise<readonly AccountCoverage[]>;
  requests(): Promise<RequestReport>;
}

export type WorldOptions = Parameters<typeof startSimulator>[0];

const signInOnce = async (
  importer: Importer,
  signIn: Awaited<ReturnType<Importer['signIn']>>,
  screenName: string,
): Promise<void> => {
  const { connectionId, oauthRequestId, authorizeUrl } = signIn;
  await importer.completeSignIn(await allow(authorizeUrl, screenName));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId, timeout: WAIT_MS });
};

export const startWorld = async (options: WorldOptions = {}): Promise<World> => {
  const [database, namespace, simulator] = await Promise.all([
    createDatabase(),
    // Simulated accounts of one seed have the same ids, and so have their schedules.
    newNamespace(),
    startSimulator({ ads: 25, days: 150, jobSeconds: 0.2, ...options }),
  ]);
  await freezeClock(simulator.url);
  const address = temporalAddress();
  const importerKeys = [randomBytes(32)];
  const consumer = { key: simulator.consumerKey, secret: simulator.consumerSecret };
  const { importer: taskQueue } = newTaskQueues();
  const db = createPool(database.url, { max: 20 });
  const x = createXAds({ baseUrl: simulator.url, oauthUrl: simulator.url, consumer, timeouts: TIMEOUTS });
  const connection = await NativeConnection.connect({ address });
  const workers = await createWorkers(
    { db, sealer: createSealer(importerKeys), x, jobTimeouts: SHORT },
    {
      connection,
      namespace,
      taskQueue,
      workflowBundle: workflowBundle(),
      shutdownGraceTime: '1 second',
      shutdownForceTime: '5 seconds',
    },
  );
  const running = workers.run();
  const { importer } = await openWith(
    {
      databaseUrl: database.url,
      temporal: { connectionOptions: { address }, namespace },
      importerKeys,
      payloadKeys: [],
      xApiUrl: simulator.url,
      callbackPort: 8788,
    },
    { taskQueue, workerTimeout: 120_000 },
  );

  return {
    importer,
    db,
    simulatorUrl: simulator.url,
    provoke: async (faults) => void (await control(simulator, 'PUT', 'faults', faults)),
    hits: async () => ((await control(simulator, 'GET', 'faults')) as { hits: number }[]).map(({ hits }) => hits),
    signIn: async (screenName = 'all_accounts') => {
      const begun = await importer.connect({ displayName: `X Ads of ${screenName}` });
      await signInOnce(importer, begun, screenName);
      return begun.connectionId;
    },
    signInAgain: async (connectionId, screenName = 'all_accounts') =>
      signInOnce(importer, await importer.signIn(connectionId), screenName),
    imported: (connectionId, timeout = WAIT_MS) => importer.waitUntilIdle(connectionId, { timeout, interval: 200 }),
    compare: async (connectionId) => {
      const comparison = newComparison();
      const { runs } = await importer.status(connectionId);
      for (const { id } of await simulatedAccounts(simulator.url)) {
        // The history is what the account has in store; a shorter run within it is compared with it.
        const [widest] = runs
          .filter(({ accountId }) => accountId === id)
          .toSorted((a, b) => a.range.from.localeCompare(b.range.from));
        if (widest) await compareAccount(db, simulator.url, id, widest.range, comparison);
      }
      return comparison;
    },
    coverage: async (connectionId) => {
      const { runs } = await importer.status(connectionId);
      const answers = await Promise.all(
        [...new Set(runs.map(({ accountId }) => accountId))].map((accountId) => {
          const ranges = runs.filter((run) => run.accountId === accountId).map(({ range }) => range);
          const from = ranges.map((range) => range.from).toSorted()[0];
          const to = ranges
            .map((range) => range.to)
            .toSorted()
            .at(-1);
          return importer.coverage(connectionId, { accountId, from, to });
        }),
      );
      return answers.flat();
    },
    requests: () => requestReport(simulator.url),
    async [Symbol.asyncDispose]() {
      workers.shutdown();
      await running;
      await connection.close();
      await importer.close();
      await x.close();
      await db.end();
      await simulator.close();
      await database.drop();
    },
  };
};
