import { type Logger, type LogLevel as TemporalLogLevel, Runtime } from '@temporalio/worker';
import { type Logger as Pino, pino } from 'pino';

export interface ObservabilityOptions {
  /** pino's words, `trace` to `silent`. */
  readonly logLevel: string;
  /** Serves Prometheus metrics under /metrics, on all addresses: containers are scraped from outside. */
  readonly metricsPort?: number | undefined;
}

/** Fields that would hold a secret if somebody logged a whole request or error; the paths are those of our own objects. */
const redacted = ['token', 'tokenSecret', 'consumerSecret', 'verifier', 'authorization', 'headers.authorization'];

/** One JSON object a line, on standard output. */
export const createLogger = (logLevel: string): Pino =>
  pino({
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
  });

/**
 * Sets up logs and metrics of Temporal's SDK for this process: once, and before any connection or worker is made.
 * What activities and workflows log arrives here too, with the fields that say which one it was.
 */
export const installRuntime = ({ logLevel, metricsPort }: ObservabilityOptions): Pino => {
  const log = createLogger(logLevel);
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      // The SDK's own core is silent below warnings unless we debug.
      logging: { filter: { core: log.isLevelEnabled('debug') ? 'DEBUG' : 'WARN', other: 'WARN' }, forward: {} },
      ...(metricsPort !== undefined && { metrics: { prometheus: { bindAddress: `0.0.0.0:${metricsPort}` } } }),
    },
  });
  return log;
};

const temporalLogger = (log: Pino): Logger => {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: object): void =>
      log[level]({ ...meta }, message);
  const levels = {
    TRACE: at('trace'),
    DEBUG: at('debug'),
    INFO: at('info'),
    WARN: at('warn'),
    ERROR: at('error'),
  } satisfies Record<TemporalLogLevel, unknown>;
  return {
    log: (level, message, meta) => levels[level](message, meta),
    trace: levels.TRACE,
    debug: levels.DEBUG,
    info: levels.INFO,
    warn: levels.WARN,
    error: levels.ERROR,
  };
};
