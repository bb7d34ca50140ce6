import { type Logger, type LogLevel as TemporalLogLevel, Runtime } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { idsInWorkflowId } from '../domain/ids.js';
import { createLogger } from '../process/logger.js';

export interface RuntimeSettings {
  /** pino's words, `trace` to `silent`. */
  readonly logLevel: string;
  /** Where Temporal's core serves its own metrics, which `/metrics` includes. (Default: it counts nothing) */
  readonly coreMetricsAddress?: string | undefined;
}

/**
 * Sets up logs and metrics of Temporal's SDK for this process: once, and before any connection or worker is made. The
 * log lines of activities and workflows come here too, with the ids of their work.
 */
export const installRuntime = ({ logLevel, coreMetricsAddress }: RuntimeSettings): Pino => {
  const log = createLogger(logLevel);
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      // Below warnings, the SDK's core logs only while somebody debugs.
      logging: { filter: { core: log.isLevelEnabled('debug') ? 'DEBUG' : 'WARN', other: 'WARN' }, forward: {} },
      ...(coreMetricsAddress !== undefined && { metrics: { prometheus: { bindAddress: coreMetricsAddress } } }),
    },
  });
  return log;
};

/**
 * In lines of workflows, Temporal's `runId` is not our run, which the workflow's id names: it becomes `workflowRunId`.
 */
const withOurIds = (meta: Record<string, unknown>): Record<string, unknown> => {
  const { workflowId, runId, workflowRunId } = meta;
  if (typeof workflowId !== 'string' || workflowRunId !== undefined) return meta;
  const { runId: _, ...others } = meta;
  return { ...others, workflowRunId: runId, ...idsInWorkflowId(workflowId) };
};

/** Writes the log lines of Temporal's SDK to our logger. */
export const temporalLogger = (log: Pino): Logger => {
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: object): void =>
      log[level](withOurIds({ ...meta }), message);
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
