import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Loaded before tests that run workers: without it the workers' ordinary log lines hide a failure. */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR' }, forward: {} } },
});
