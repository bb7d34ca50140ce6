import type { NativeConnection } from '@temporalio/worker';
import type { Db } from '../store/pool.js';
import { assertSchema } from '../store/migrate.js';
import type { Workers } from './create.js';
import { missingSearchAttributes } from '../temporal/namespace.js';
import { isPrivateHost } from '../domain/addresses.js';
import { startHealthServer, type HealthServer } from '../process/health-server.js';
import type { PrometheusMetrics } from './prometheus.js';
import { createStoreGauges } from './store-gauges.js';

/** What the readiness checks look at. Set by the worker as each comes up. */
export interface ReadinessTargets {
  connection?: NativeConnection;
  workers?: Workers;
}

export interface ReadinessOptions {
  readonly host: string;
  readonly port: number;
  /** Where Temporal's core serves its metrics. */
  readonly coreMetricsAddress: string;
  readonly namespace: string;
  readonly db: Db;
  readonly metrics: PrometheusMetrics;
  readonly targets: ReadinessTargets;
  /** The command that makes what Temporal lacks. */
  readonly setUp: string;
}

const CORE_TIMEOUT_MS = 2_000;

/** The text of Temporal's core, which has a registry of its own; undefined where it does not answer. */
const coreMetrics = async (address: string): Promise<string | undefined> => {
  try {
    const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(CORE_TIMEOUT_MS) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
};

/** Serves metrics, health and readiness of this worker, also while it waits for Postgres and Temporal. */
export const serveReadiness = (options: ReadinessOptions): Promise<HealthServer> => {
  const { host, port, coreMetricsAddress, namespace, db, metrics, targets, setUp } = options;
  const { registry, gauges } = metrics;
  const store = createStoreGauges({ db, gauges });
  return startHealthServer({
    host,
    port,
    isOwnHost: isPrivateHost,
    metrics: async () => {
      const [core] = await Promise.all([coreMetrics(coreMetricsAddress), store.refresh()]);
      gauges.temporalUp.set(core === undefined ? 0 : 1);
      return `${await registry.metrics()}${core ?? ''}`;
    },
    checks: {
      postgres: () => assertSchema(db),
      temporal: async () => {
        if (targets.connection === undefined) throw new Error('not connected yet');
        await targets.connection.workflowService.describeNamespace({ namespace });
      },
      searchAttributes: async () => {
        if (targets.connection === undefined) throw new Error('not connected yet');
        const missing = await missingSearchAttributes(targets.connection, namespace);
        if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}; run ${setUp}`);
      },
      workers: async () => {
        if (targets.workers?.isPolling() !== true) throw new Error('not polling');
      },
    },
  });
};
