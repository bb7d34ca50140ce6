import type { JobTimeouts } from '../domain/job-outcome.js';
import type { CallClass } from '../domain/rate-limit.js';
import type { Db } from '../store/pool.js';
import type { Sealer } from '../store/secrets.js';
import type { DailySchedules } from '../temporal/daily-schedules.js';
import type { XAds } from '../x-ads/client.js';
import type { FirstNumbers } from './fair-share.js';

/** What activities need of Temporal. */
export interface Workflows {
  /** Claims of one that is not are given up. */
  isOpen(workflowId: string): Promise<boolean>;
  /** Asks it to end in an orderly way. One that has ended, or never was, is no mistake. */
  cancel(workflowId: string): Promise<void>;
}

/** What became of a request to X, by what it means and not by status. */
export type RequestOutcome = 'ok' | 'rate_limited' | 'unauthorized' | 'refused' | 'unavailable' | 'no_answer';

export type LandedRows = 'new' | 'changed' | 'unchanged' | 'zeroed' | 'stale';

/** Told of what happens, for whoever counts it: words and numbers only. */
export interface Meter {
  request(family: string, outcome: RequestOutcome): void;
  gateWait(family: string, of: CallClass, seconds: number): void;
  /** By X's own clock: from its creation to SUCCESS. */
  jobReady(seconds: number): void;
  rowsLanded(rows: Readonly<Record<LandedRows, number>>): void;
}

/** Where notifications go; what is not configured is not told. The log is, always. */
export interface NotificationSettings {
  readonly webhookUrl?: string | undefined;
  readonly email?:
    | { readonly smtpUrl: string; readonly to: readonly string[]; readonly from?: string | undefined }
    | undefined;
  /** Where people reach this installation, for links. (Default: none) */
  readonly publicUrl?: string | undefined;
  /** What happens within so many seconds is told in one message. (Default: 60) */
  readonly windowSeconds?: number | undefined;
  /** After so many seconds an attempt offers a channel nothing more; the next one goes on. (Default: 60) */
  readonly attemptSeconds?: number | undefined;
}

/** Everything that activities do I/O with; made once per worker. */
export interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly x: XAds;
  readonly workflows: Workflows;
  readonly schedules: DailySchedules;
  readonly jobTimeouts: JobTimeouts;
  /** Who stands back for whom in this worker. (Default: everybody is alone) */
  readonly firstNumbers?: FirstNumbers | undefined;
  /** (Default: nobody counts) */
  readonly meter?: Meter | undefined;
  /** (Default: into the log only) */
  readonly notifications?: NotificationSettings | undefined;
}
