import type { Patience } from '../domain/job-outcome.js';
import type { Db } from '../store/pool.js';
import type { Sealer } from '../store/secrets.js';
import type { DailySchedules } from '../temporal/daily-schedules.js';
import type { XAds } from '../x-ads/client.js';

/** What activities need of Temporal: is a workflow still open? Claims of one that is not are given up. */
export interface Workflows {
  isOpen(workflowId: string): Promise<boolean>;
}

/** Everything that activities do I/O with; made once per worker. */
export interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly x: XAds;
  readonly workflows: Workflows;
  readonly schedules: DailySchedules;
  readonly patience: Patience;
}
