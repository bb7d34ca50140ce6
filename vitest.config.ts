import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that take minutes each, alone on a machine: `npm run test:long` runs them, and `npm test` when they are named. */
const long = [
  'test/faults/mixtures.test.ts',
  'test/bench/{daily,landing,year-backfill,soak,chaos-twenty}.test.ts',
  'test/e2e/two-installations.test.ts',
  'test/client/package.test.ts',
  'test/local/readme.test.ts',
];
/**
 * Files that take a quarter of a minute and more, beside others on two cores: `npm run test:slow` runs them, and the continuous
 * integration does so after `npm test`. Those of the console's journey and of each way back from X are as slow, and quick to
 * find what is broken.
 */
const slow = [
  'test/{e2e,faults}/**/*.test.ts',
  'test/bench/chaos.test.ts',
  'test/activities/{account-problem,blind-check,jobs,landing,notifications,odd-files,zone-switch}.test.ts',
  'test/activities/{dst,mutated-imports,mutated-lists,performance-questions,planner}.test.ts',
  'test/server/{access,any-request}.test.ts',
  'test/client/{cancel,holds,not-due,over-http,restore,still-worked-on,stranger,worker-process}.test.ts',
  'test/cli/connect.test.ts',
  'test/console/{outage,performance}.test.ts',
  'test/local/{bootstrap,console-build,postgres,stack}.test.ts',
  'test/worker/{many-accounts,payload-encryption,served}.test.ts',
  'test/workflows/{changing-*,continue-as-new,dead-token,ended-runs,histories,paused-connection,pausing}.test.ts',
  'test/workflows/{refused-user,self-check,turns,unknown-zone,unsettled,zone-switch}.test.ts',
];
/** Talk HTTP to a simulated X in their own process. */
const simulated = ['test/simulator/**/*.test.ts', 'test/x-ads/simulator.test.ts'];
const store = ['test/{store,activities,server}/**/*.test.ts'];
const integration = ['test/{workflows,worker,client,cli,console,local,bench}/**/*.test.ts'];
/** Tells how soon a person sees the first numbers, which files beside it would decide. */
const alone = ['test/console/journey.test.ts'];
/** Need no server, although tests beside them do. */
const pure = [
  'test/console/{addresses,performance-view}.test.ts',
  'test/cli/{controls,performance,text}.test.ts',
  'test/local/{compiled,compose,test-counts}.test.ts',
  'test/bench/{docs,figures,soak-calendar,too-many-jobs}.test.ts',
];
const notHere = (...others: readonly string[]): string[] => [...configDefaults.exclude, ...others];

/** They wait for X and Temporal more than they compute, so one beside the cores' own number keeps the cores busy. */
const integrationWorkers = availableParallelism() + 1;

/** A process runs file after file and loads each module once, which halves the processor time of the quick ones. */
const isolate = false;

/** A condition may take this long to come true; see `test/support/until.ts`. */
const expect = { poll: { timeout: 600_000, interval: 100 } };

// Time-outs here end a test that hangs. They are generous, since a busy machine must not fail a test.
const servers = {
  globalSetup: ['test/support/setup-temporal.ts'],
  setupFiles: ['test/support/quiet-runtime.ts'],
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect,
  // The native bridge of Temporal's worker needs processes. Temporal loads the failure converter with `require`, which
  // needs tsx to read TypeScript.
  pool: 'forks' as const,
  execArgv: ['--import', 'tsx'],
};

// Groups run one after the other, so that tests which compute do not slow down those that wait for Temporal.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          isolate,
          maxWorkers: availableParallelism(),
          include: [
            'test/*.test.ts',
            'test/!(store|activities|server|workflows|worker|e2e|client|cli|console|local|faults|bench)/**/*.test.ts',
            ...pure,
          ],
          exclude: notHere(...simulated),
          testTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'simulator',
          isolate,
          maxWorkers: availableParallelism(),
          include: simulated,
          testTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'store',
          isolate,
          maxWorkers: availableParallelism(),
          include: store,
          exclude: notHere(...slow),
          globalSetup: ['test/support/setup-postgres.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          expect,
        },
      },
      {
        test: {
          name: 'journey',
          isolate,
          sequence: { groupOrder: 1 },
          include: alone,
          maxWorkers: 1,
          ...servers,
        },
      },
      {
        test: {
          name: 'integration',
          isolate,
          sequence: { groupOrder: 2 },
          include: integration,
          exclude: notHere(...alone, ...pure, ...slow, ...long),
          maxWorkers: integrationWorkers,
          ...servers,
        },
      },
      {
        test: {
          name: 'slow',
          isolate,
          sequence: { groupOrder: 3 },
          include: slow,
          exclude: notHere(...long),
          maxWorkers: integrationWorkers,
          ...servers,
        },
      },
      {
        test: {
          name: 'long',
          sequence: { groupOrder: 4 },
          include: [...long, 'test/server/any-request.test.ts'],
          env: { API_REQUESTS: '500' },
          // Each is a whole installation or several.
          maxWorkers: Math.max(1, Math.floor(availableParallelism() / 2)),
          ...servers,
          // Some mixtures of faults make the importer wait for minutes.
          testTimeout: 3_600_000,
        },
      },
    ],
  },
});
