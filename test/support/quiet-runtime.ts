import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Loaded before the tests that run workers: their ordinary comings and goings would bury a failure. */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR' }, forward: {} } },
});
