import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Deps } from '../../activities/deps.js';
import { type Activities, createActivities } from '../../activities/index.js';
import type { OpenRange } from '../../activities/import/runs.js';
import type { Choice } from '../../domain/connection.js';
import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import { defaultJobTimeouts, type JobTimeouts } from '../../domain/job-outcome.js';
import { attachXUser, createConnection } from '../../store/connection/connections.js';
import { saveCredential } from '../../store/connection/credentials.js';
import type { Db } from '../../store/pool.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import { type Base, openBase } from '../support/installation.js';
import type { SimulatedOptions } from '../support/simulator.js';

/** Activities as a worker would run them, on a database of their own and a simulated X, without Temporal. */
export interface Site extends Base {
  /** What its activities are made of, for tests that change a part. */
  readonly deps: Deps;
  /** What Temporal would say is open. */
  readonly openWorkflows: Set<string>;
  /** Runs an activity in a context of its own. */
  call<N extends keyof Activities>(name: N, input: Parameters<Activities[N]>[0]): ReturnType<Activities[N]>;
  faults(...faults: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** A connection whose X user has authorized it already. */
  connect(screenName?: string): Promise<ConnectionId>;
  /** The same with its accounts listed and chosen. */
  choose(choice?: Partial<Choice>, screenName?: string): Promise<{ connectionId: ConnectionId; accountId: AccountId }>;
  open(grant: { connectionId: ConnectionId; accountId: AccountId }, input?: Partial<OpenRange>): Promise<RunId>;
  /** Opens and surveys: all before the first job. */
  plan(grant: { connectionId: ConnectionId; accountId: AccountId }, input?: Partial<OpenRange>): Promise<RunId>;
  /** Submits, polls and lands until nothing is left to do. */
  finish(runId: RunId): Promise<void>;
  /** The same activities on another database, such as one that was restored. */
  on(db: Db): Pick<Site, 'call' | 'finish'>;
}

const notHere = (): Promise<never> => Promise.reject(new Error('there is no Temporal server in these tests'));

export const CHOICE: Choice = { accounts: 'all', history: { kind: 'days', days: 30 }, wait: 1 };

const ROUNDS = 60;
/** Failures are what many tests are about; each would print its stack. */
const quiet = new DefaultLogger('ERROR');

/** Temporal would let it wait and call it again; these tests go on. */
export const unlessWaiting = (error: unknown): void => {
  if (!(error instanceof ApplicationFailure && error.category === 'BENIGN')) throw error;
};

export const openSite = async (
  options: SimulatedOptions & { readonly jobTimeouts?: Partial<JobTimeouts>; readonly postgresAhead?: number } = {},
): Promise<Site> => {
  const { jobTimeouts, postgresAhead = 0, ...simulated } = options;
  const base = await openBase(simulated, { postgresAhead });
  const { db, sealer, x } = base;
  const openWorkflows = new Set<string>();
  const deps: Deps = {
    db,
    sealer,
    x,
    workflows: { isOpen: async (workflowId) => openWorkflows.has(workflowId), cancel: notHere, startBackfill: notHere },
    // Schedules live in Temporal, which is not here; the workflow tests have it.
    schedules: { knowsZone: async () => true, set: notHere, remove: notHere, trigger: notHere, running: notHere },
    jobTimeouts: { ...defaultJobTimeouts, ...jobTimeouts },
  };
  const on: Site['on'] = (database) => {
    const activities = createActivities({ ...deps, db: database });
    const call: Site['call'] = (name, input) => {
      const activity = activities[name] as (input: unknown) => Promise<unknown>;
      const environment = new MockActivityEnvironment(undefined, { logger: quiet });
      // Each name has its own pair of input and output, which the signature tells and the table cannot.
      return environment.run(() => activity(input)) as unknown as ReturnType<Activities[typeof name]>;
    };
    const finish: Site['finish'] = async (runId) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        // Tests do not sit out the seconds for which a slice is held back.
        await database.query('update importer.slices set not_before = null where run_id = $1', [runId]);
        await call('submitJobs', { runId });
        await call('pollJobs', { runId }).catch(unlessWaiting);
        await call('landJobs', { runId }).catch(unlessWaiting);
        const { planned, inFlight, ready } = await sliceCounts(database, runId);
        if (planned + inFlight + ready === 0) return;
      }
      throw new Error(`the run ${runId} did not end in ${ROUNDS} rounds`);
    };
    return { call, finish };
  };
  const { call, finish } = on(db);

  const connect: Site['connect'] = async (screenName = 'all_accounts') => {
    const connectionId = randomUUID();
    const granted = (await base.control('POST', 'tokens', { screen_name: screenName })) as Record<string, string>;
    const { oauth_token: token = '', oauth_token_secret: secret = '', user_id: xUserId = '' } = granted;
    await createConnection(db, { id: connectionId, displayName: 'Ads of Ada', createdBy: 'ada' });
    await saveCredential(db, sealer, { xUserId, screenName, token, tokenSecret: secret });
    await attachXUser(db, connectionId, xUserId);
    return connectionId;
  };
  const open: Site['open'] = async (grant, input = {}) => {
    const runId = randomUUID();
    const workflowId = `import/${runId}`;
    openWorkflows.add(workflowId);
    await call('openRange', { runId, ...grant, kind: 'manual', workflowId, ...input });
    return runId;
  };
  return {
    ...base,
    deps,
    openWorkflows,
    call,
    faults: async (...faults) => void (await base.control('PUT', 'faults', faults)),
    connect,
    async choose(choice = {}, screenName = 'all_accounts') {
      const connectionId = await connect(screenName);
      await call('listAccounts', { connectionId });
      const { accounts } = await call('saveChoice', { connectionId, choice: { ...CHOICE, ...choice } });
      const [accountId] = accounts;
      if (accountId === undefined) throw new Error('no account was chosen');
      return { connectionId, accountId };
    },
    open,
    async plan(grant, input) {
      const runId = await open(grant, input);
      await call('survey', { runId });
      return runId;
    },
    finish,
    on,
  };
};

/** Rows as Postgres tells them, for tests that look at tables. */
export const rowsOf = async <T extends object>(db: Db, sql: string, params: unknown[] = []): Promise<readonly T[]> =>
  (await db.query<T & Record<string, unknown>>(sql, params)).rows;
