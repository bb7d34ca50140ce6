import { type Logger, type LogLevel as TemporalLogLevel, Runtime } from '@temporalio/worker';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import { idsInWorkflowId } from '../domain/ids.js';
import { redact } from '../process/redact.js';

export interface ObservabilityOptions {
  /** pino's words, `trace` to `silent`. */
  readonly logLevel: string;
  /** Where Temporal's core serves its own metrics, which `/metrics` takes in. (Default: it counts nothing) */
  readonly coreMetricsAddress?: string | undefined;
}

/** One JSON object a line, on standard output unless told otherwise; nothing that looks like a secret is in it. */
export const createLogger = (logLevel: string, destination: DestinationStream = pino.destination(1)): Pino =>
  pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors come here as plain objects already; pino's own way would take them for none.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          // Cleaned before pino looks at it, which takes the message of an error for that of the line.
          const [first, ...others] = args.map((arg: unknown) => redact(arg));
          const error: unknown = args[0];
          const clean = error instanceof Error ? [{ err: first }, ...others] : [first, ...others];
          return Reflect.apply(method, this, clean);
        },
      },
    },
    destination,
  );

/**
 * Sets up logs and metrics of Temporal's SDK for this process: once, and before any connection or worker is made.
 * What activities and workflows log arrives here too, with the fields that say which one it was.
 */
export const installRuntime = ({ logLevel, coreMetricsAddress }: ObservabilityOptions): Pino => {
  const log = createLogger(logLevel);
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      // The SDK's own core is silent below warnings unless we debug.
      logging: { filter: { core: log.isLevelEnabled('debug') ? 'DEBUG' : 'WARN', other: 'WARN' }, forward: {} },
      ...(coreMetricsAddress !== undefined && { metrics: { prometheus: { bindAddress: coreMetricsAddress } } }),
    },
  });
  return log;
};

/** What Temporal calls `runId` in a workflow's lines is not our run; ours stands in the workflow's id. */
const ofWorkflow = (meta: Record<string, unknown>): Record<string, unknown> => {
  const { workflowId, runId, workflowRunId } = meta;
  if (typeof workflowId !== 'string' || workflowRunId !== undefined) return meta;
  const { runId: _, ...others } = meta;
  return { ...others, workflowRunId: runId, ...idsInWorkflowId(workflowId) };
};

/** Temporal's lines among ours. */
export const temporalLogger = (log: Pino): Logger => {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: object): void =>
      log[level](ofWorkflow({ ...meta }), message);
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
