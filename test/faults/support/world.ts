import type { AccountCoverage, ConnectionStatus } from '../../../client/shapes.js';
import type { Importer } from '../../../client/importer.js';
import type { JobTimeouts } from '../../../domain/job-outcome.js';
import type { ConnectionId } from '../../../domain/ids.js';
import { allow } from '../../../local/once/consent.js';
import type { TruthComparison } from '../../../local/once/compare.js';
import { type InProcess, startInProcess } from '../../support/installation.js';
import type { SimulatedOptions } from '../../support/simulator.js';
import { newTaskQueues } from '../../support/temporal.js';
import { compareWithTruth } from '../../support/truth.js';
import { WAIT_MS } from '../../support/until.js';

/*
 * An installation in the test's own process whose time-outs are seconds instead of minutes, by configuration. Nothing else
 * differs from production.
 */

/** Long enough that a busy machine does not look like a failing X, short enough for a test. */
const SHORT: JobTimeouts = { lostCreate: 3, job: 12, file: 4, refusedSlots: 1, saidSlots: 1 };
/** Shorter than `lostCreate`, as it is in production. */
const TIMEOUTS = { responseMs: 5_000, jobCreateMs: 2_000, downloadMs: 10_000 };

export interface World extends InProcess {
  readonly simulatorUrl: string;
  /** Signs in as a person does. */
  signIn(screenName?: string): Promise<ConnectionId>;
  /** The same for a connection that X no longer lets in. */
  signInAgain(connectionId: ConnectionId, screenName?: string): Promise<void>;
  /** Until the import has ended, well or not. */
  imported(connectionId: ConnectionId, timeout?: number): Promise<ConnectionStatus>;
  /** Everything that was imported against the simulator's truth. */
  compare(connectionId: ConnectionId): Promise<TruthComparison>;
  coverage(connectionId: ConnectionId): Promise<readonly AccountCoverage[]>;
}

export type WorldOptions = SimulatedOptions;

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
  const base = await startInProcess(
    { ads: 22, days: 100, jobSeconds: 0.2, ...options },
    // Simulated accounts of one seed have the same ids, and so have their schedules: hence a namespace of its own.
    { timeouts: TIMEOUTS, poolSize: 20, jobTimeouts: SHORT, taskQueue: newTaskQueues().importer },
  );
  const { importer, db, url: simulatorUrl } = base;
  return {
    ...base,
    simulatorUrl,
    signIn: async (screenName = 'all_accounts') => {
      const begun = await importer.connect({ displayName: `X Ads of ${screenName}` });
      await signInOnce(importer, begun, screenName);
      return begun.connectionId;
    },
    signInAgain: async (connectionId, screenName = 'all_accounts') =>
      signInOnce(importer, await importer.signIn(connectionId), screenName),
    imported: (connectionId, timeout = WAIT_MS) => importer.waitUntilIdle(connectionId, { timeout, interval: 200 }),
    compare: async (connectionId) => {
      const { runs } = await importer.status(connectionId);
      // The history is what the account has in store; a shorter run within it is compared with it.
      const widest = runs.toSorted((a, b) => a.range.from.localeCompare(b.range.from));
      return await compareWithTruth(db, simulatorUrl, (id) => widest.find(({ accountId }) => accountId === id)?.range);
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
  };
};
