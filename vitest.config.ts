import { configDefaults, defineConfig } from 'vitest/config';

// The native bridge of Temporal's worker wants processes, and Temporal loads our failure converter with `require`, which
// needs tsx to read TypeScript.
const nativeBridge = { pool: 'forks' as const, maxWorkers: 2, execArgv: ['--import', 'tsx'] };

const store = ['test/{store,activities}/**/*.test.ts'];
const temporal = ['test/{workflows,worker}/**/*.test.ts'];
const e2e = ['test/{e2e,client,cli,local,faults,bench}/**/*.test.ts'];
/** Where their neighbours need servers. */
const pure = ['test/workflows/pure/**/*.test.ts', 'test/local/{compose,test-counts}.test.ts'];

// Groups run one after the other: what waits for X and Temporal must not compete with what only computes.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/*.test.ts',
            'test/!(store|activities|workflows|worker|e2e|client|cli|local|faults|bench)/**/*.test.ts',
            ...pure,
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'store',
          include: store,
          globalSetup: ['test/support/setup-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'temporal',
          sequence: { groupOrder: 1 },
          include: temporal,
          exclude: [...configDefaults.exclude, ...pure],
          globalSetup: ['test/support/setup-temporal.ts'],
          setupFiles: ['test/support/quiet-runtime.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          ...nativeBridge,
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: e2e,
          exclude: [...configDefaults.exclude, ...pure],
          globalSetup: ['test/support/setup-temporal.ts'],
          setupFiles: ['test/support/quiet-runtime.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...nativeBridge,
        },
      },
    ],
  },
});
