#!/usr/bin/env node
/** The worker process: reads the configuration, waits for Postgres and Temporal, and works until a signal ends it. */
import { NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { NotificationSettings } from '../activities/deps.js';
import { ConfigError, configExitCode, explainConfigError, loadConfig, type WorkerConfig } from '../config.js';
import { IMPORTER_QUEUE, xAdsQueueOf } from '../domain/ids.js';
import { commandIn, xadsIn } from '../domain/place.js';
import { defaultJobTimeouts } from '../domain/job-outcome.js';
import { freePort } from '../process/free-port.js';
import { ownCommand } from '../process/own-command.js';
import { placeOfProcess } from '../process/place.js';
import { redactText } from '../process/redact.js';
import { retryAtStart } from '../process/retry-at-start.js';
import { assertSchema, SchemaMismatch } from '../store/migrate.js';
import { createPool, isConnectionError } from '../store/pool.js';
import { createSealer } from '../store/secrets.js';
import { createDataConverter } from '../temporal/converter.js';
import { createXAds } from '../x-ads/client.js';
import { builtBundle, createWorkers, type WorkerDeps } from './create.js';
import { startBeat } from './beat.js';
import { prepareTemporal } from './prepare-temporal.js';
import { createPrometheusMetrics } from './prometheus.js';
import { type ReadinessTargets, serveReadiness } from './readiness.js';
import { restoreAtStart } from './restore-at-start.js';
import { startRollUp } from './roll-up.js';
import { installRuntime } from './runtime.js';
import { KEPT_SESSIONS, warmUp } from './warm-up.js';

const isTransport = (error: unknown): boolean => error instanceof TransportError;

const notificationsOf = (config: WorkerConfig, log: Logger): NotificationSettings => {
  const { notifyWebhookUrl: webhookUrl, smtpUrl, notifyEmailTo: to, notifyEmailFrom: from, publicUrl } = config;
  if (smtpUrl === undefined && to.length > 0)
    log.warn('NOTIFY_EMAIL_TO is set without SMTP_URL: no mail will be sent; set SMTP_URL to a mail server');
  return { webhookUrl, publicUrl, place, ...(smtpUrl === undefined ? {} : { email: { smtpUrl, to, from } }) };
};

ownCommand(
  'worker',
  'Works for the connections until a signal ends it. The environment is explained in .env.example.',
).parse();

const place = placeOfProcess();
const setUp = xadsIn(place, 'setup');
const doctor = xadsIn(place, 'doctor');

const work = async (): Promise<void> => {
  const config = loadConfig();
  const coreMetricsAddress = config.metricsPort === undefined ? undefined : `127.0.0.1:${await freePort()}`;
  const log = installRuntime({ logLevel: config.logLevel, coreMetricsAddress });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const logRetry = (what: string) => (error: unknown, nextInMs: number) =>
    log.warn({ reason: String(error), nextInMs }, `${what} cannot be reached; trying again`);
  const untilReached = <T>(what: string, mayPass: (error: unknown) => boolean, attempt: () => Promise<T>) =>
    retryAtStart({ attempt, mayPass, onFailure: logRetry(what), signal: stop.signal });

  await using db = createPool(config.databaseUrl, {
    max: 30,
    min: KEPT_SESSIONS,
    applicationName: 'x-ads-importer worker',
  });
  const metrics = createPrometheusMetrics();
  const targets: ReadinessTargets = {};
  if (config.metricsPort !== undefined && coreMetricsAddress !== undefined) {
    const { metricsHost: host, metricsPort: port } = config;
    const { namespace } = config.temporal;
    const served = await serveReadiness({ host, port, coreMetricsAddress, namespace, db, metrics, targets, setUp });
    log.info({ host, port: served.port }, 'serving /metrics, /healthz and /readyz');
  }
  await untilReached('Postgres', isConnectionError, () => assertSchema(db));
  // Beside the start of Temporal's part, which takes longer; nothing depends on it.
  warmUp(db, new Date()).catch((error: unknown) =>
    log.warn({ reason: String(error) }, 'the store could not be warmed up'),
  );

  using _beat = startBeat(db, log);
  using _rollUp = startRollUp(db, log);
  const { connectionOptions, namespace } = config.temporal;
  const connection = await untilReached('Temporal', isTransport, () => NativeConnection.connect(connectionOptions));
  if (connection === undefined) return;
  targets.connection = connection;
  const consumer = { key: config.xConsumerKey, secret: config.xConsumerSecret };
  const x = createXAds({ baseUrl: config.xAdsApiUrl, oauthUrl: config.xApiUrl, consumer });
  const deps: WorkerDeps = {
    db,
    sealer: createSealer(config.importerKeys),
    x,
    jobTimeouts: defaultJobTimeouts,
    meter: metrics.meter,
    notifications: notificationsOf(config, log),
  };
  const dataConverter = createDataConverter(config.payloadKeys);
  const workflowBundle = builtBundle(dataConverter);
  try {
    // A worker ends when it cannot reach Temporal for too long; a new one is made on the same connection.
    await untilReached('Temporal', isTransport, async () => {
      await prepareTemporal(connection, namespace, { log, setUp });
      await restoreAtStart({ db, connection, namespace, dataConverter, taskQueue: IMPORTER_QUEUE, log, doctor });
      const workers = await createWorkers(deps, { connection, namespace, dataConverter, workflowBundle });
      targets.workers = workers;
      const running = workers.run();
      process.stdout.write(
        `${JSON.stringify({ event: 'ready', namespace, taskQueues: [IMPORTER_QUEUE, xAdsQueueOf(IMPORTER_QUEUE)] })}\n`,
      );
      await running;
    });
  } finally {
    await connection.close();
    await x.close();
  }
};

const told = (error: unknown): string => {
  if (error instanceof ConfigError) return explainConfigError(error);
  const message = redactText(error instanceof Error ? error.message : String(error));
  return error instanceof SchemaMismatch && error.migrate
    ? `${message} (${commandIn(place, { action: 'migrate' })})`
    : message;
};

let exitCode = 0;
try {
  await work();
} catch (error) {
  process.stderr.write(`${told(error)}\n`);
  exitCode = error instanceof ConfigError ? configExitCode : 1;
}
// Temporal's runtime would keep the process alive if no connection was ever made.
process.exit(exitCode);
