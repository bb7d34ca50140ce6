import { defineConfig } from 'vitest/config';

// The native bridge of Temporal's worker wants processes, and Temporal loads our failure converter with `require`, which
// needs tsx to read TypeScript.
const nativeBridge = { pool: 'forks', fileParallelism: false, execArgv: ['--import', 'tsx'] } as const;

const needNoServer = ['test/local/compose.test.ts', 'test/local/test-counts.test.ts'];

// Groups run one after the other: what measures or waits must not compete with what computes.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/{domain,x-ads,simulator,temporal,workflows/pure}/**/*.test.ts',
            'test/*.test.ts',
            ...needNoServer,
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/{store,activities}/**/*.test.ts'],
          globalSetup: ['test/support/setup-postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'temporal',
          sequence: { groupOrder: 1 },
          include: ['test/{workflows,worker}/**/*.test.ts'],
          exclude: ['test/workflows/pure/**'],
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
          include: ['test/{e2e,client,local,faults}/**/*.test.ts'],
          exclude: needNoServer,
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
