import type { DayRange } from '../domain/calendar.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import type { JobTimeouts } from '../domain/job-outcome.js';
import type { CommandPlace } from '../domain/place.js';
import type { CallClass } from '../domain/rate-limit.js';
import type { Db } from '../store/pool.js';
import type { Sealer } from '../store/secrets.js';
import type { DailySchedules } from '../temporal/daily-schedules.js';
import type { XAds } from '../x-ads/client.js';
import type { Creates, FirstNumbers } from './fair-share.js';

/** An import of one account as its workflow takes it; a manual one has its request and its days. */
export type BackfillStart = { readonly connectionId: ConnectionId; readonly accountId: AccountId } & (
  | { readonly kind: 'history' }
  | { readonly kind: 'manual'; readonly requestId: string; readonly range: DayRange; readonly refetch?: boolean }
);

/** What activities need of Temporal. */
export interface Workflows {
  /** Is an execution of the workflow open? Runs of one that is not are ended. */
  isOpen(workflowId: string): Promise<boolean>;
  /** Starts an import of an account in a workflow of its own; false when it is running already. */
  startBackfill(backfill: BackfillStart): Promise<boolean>;
  /** Requests cancellation. A workflow that has ended, or never existed, is no error. */
  cancel(workflowId: string): Promise<void>;
}

/** The outcome of a request to X by meaning. */
export type RequestOutcome = 'ok' | 'rate_limited' | 'unauthorized' | 'refused' | 'unavailable' | 'no_answer';

export type LandedRows = 'new' | 'changed' | 'unchanged' | 'zeroed' | 'stale';

/** Counts what happens, for metrics; it gets codes and numbers only. */
export interface Meter {
  request(family: string, outcome: RequestOutcome): void;
  gateWait(family: string, callClass: CallClass, seconds: number): void;
  /** Seconds from a job's creation to SUCCESS, by X's clock. */
  jobReady(seconds: number): void;
  rowsLanded(rows: Readonly<Record<LandedRows, number>>): void;
}

/** Where notifications go, beside the log, which gets them always. */
export interface NotificationSettings {
  readonly webhookUrl?: string | undefined;
  readonly email?:
    | { readonly smtpUrl: string; readonly to: readonly string[]; readonly from?: string | undefined }
    | undefined;
  /** The address of this installation for people, for links. (Default: none) */
  readonly publicUrl?: string | undefined;
  /** Where the commands that messages name are typed. (Default: where the package is installed) */
  readonly place?: CommandPlace | undefined;
  /** Events within so many seconds go into one message. (Default: 60) */
  readonly windowSeconds?: number | undefined;
  /** After so many seconds an attempt sends nothing more to a channel; the next attempt continues. (Default: 60) */
  readonly attemptSeconds?: number | undefined;
}

/** Everything that activities do I/O with; created once per worker. */
export interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly x: XAds;
  readonly workflows: Workflows;
  readonly schedules: DailySchedules;
  readonly jobTimeouts: JobTimeouts;
  /** Shared by the activities of one worker. (Default: one of its own) */
  readonly firstNumbers?: FirstNumbers | undefined;
  /** Shared by the activities of one worker. (Default: one of its own) */
  readonly creates?: Creates | undefined;
  /** (Default: nothing is counted) */
  readonly meter?: Meter | undefined;
  /** (Default: the log only) */
  readonly notifications?: NotificationSettings | undefined;
}
