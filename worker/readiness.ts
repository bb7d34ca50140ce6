import type { NativeConnection } from '@temporalio/worker';
import type { Db } from '../store/pool.js';
import { assertSchema } from '../store/migrate.js';
import type { Workers } from './create.js';
import { startHealthServer, type HealthServer } from '../process/health-server.js';
import type { Metrics } from './prometheus.js';
import { createStoreGauges } from './store-gauges.js';

/** What is there to be asked; filled in as the worker gets on. */
export interface Observed {
  connection?: NativeConnection;
  workers?: Workers;
}

export interface ObserveOptions {
  readonly host: string;
  readonly port: number;
  /** Where Temporal's core serves its metrics. */
  readonly coreMetricsAddress: string;
  readonly namespace: string;
  readonly db: Db;
  readonly metrics: Metrics;
  readonly observed: Observed;
}

const CORE_TIMEOUT_MS = 2_000;

/** Temporal's core knows no registry but its own, so that its text is put behind ours. */
const coreMetrics = async (address: string): Promise<string | undefined> => {
  try {
    const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(CORE_TIMEOUT_MS) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
};

/** Serves metrics, health and readiness of this worker from its first moment on. */
export const observe = (options: ObserveOptions): Promise<HealthServer> => {
  const { host, port, coreMetricsAddress, namespace, db, metrics, observed } = options;
  const { registry, gauges } = metrics;
  const store = createStoreGauges({ db, gauges });
  return startHealthServer({
    host,
    port,
    metrics: async () => {
      const [core] = await Promise.all([coreMetrics(coreMetricsAddress), store.refresh()]);
      gauges.temporalUp.set(core === undefined ? 0 : 1);
      return `${await registry.metrics()}${core ?? ''}`;
    },
    checks: {
      postgres: () => assertSchema(db),
      temporal: async () => {
        if (observed.connection === undefined) throw new Error('not connected yet');
        await observed.connection.workflowService.describeNamespace({ namespace });
      },
      workers: async () => {
        if (observed.workers?.isPolling() !== true) throw new Error('not polling');
      },
    },
  });
};
