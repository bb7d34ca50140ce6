import { DefaultLogger, Runtime } from '@temporalio/worker';

/*
 * Loaded before each file of tests that run workers: without it the workers' ordinary log lines hide a failure. A process
 * runs many files one after the other, and has one runtime.
 */
const installed = globalThis as { quietRuntime?: Runtime };
installed.quietRuntime ??= Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR' }, forward: {} } },
});
