import type { History, Privacy, WaitDays } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import type { Level } from '../domain/levels.js';
import type { TimelineEntry } from './console-shapes.js';
import type { ConnectionStatus, ConnectionSummary } from './shapes.js';

/* What callers of the façade may give. Days are written `YYYY-MM-DD` and read in the ad account's own time zone. */

export const DEFAULT_DISPLAY_NAME = 'X Ads';

export interface ConnectOptions extends SignInOptions {
  /** What people call it. (Default: `X Ads`) */
  readonly displayName?: string | undefined;
  /** Shared with the workspace, or private to whoever made it. (Default: `workspace`) */
  readonly privacy?: Exclude<Privacy, 'team'> | undefined;
}

/** Whom to delete. */
export interface DeletePersonOptions {
  /** The mail address of the person. */
  readonly email: string;
  /** The mail address of whoever takes over their connections. (Default: the first other owner of each workspace) */
  readonly transferTo?: string | undefined;
}

/** Of a connection whose sign-in comes later. */
export type PrepareOptions = Pick<ConnectOptions, 'displayName'>;

export interface EditOptions {
  /** (Default: stays) */
  readonly displayName?: string | undefined;
  /** (Default: stays) */
  readonly privacy?: Privacy | undefined;
  /** With privacy `team`: which one; a UUID. */
  readonly teamId?: string | undefined;
  /** The version that the edit was made on. (Default: whatever is there is changed) */
  readonly version?: number | undefined;
}

export interface SignInOptions {
  /** Where X sends the person back to, or `oob` for a PIN. (Default: the importer's own `callbackUrl`) */
  readonly callbackUrl?: string | undefined;
  /** The browser session that begins it: X's answer counts in no other. (Default: it counts wherever it comes in) */
  readonly session?: string | undefined;
  /** Of a reconnect: it may bring another X user, with which the connection reads from then on. (Default: false) */
  readonly otherUser?: boolean | undefined;
}

export interface WaitUntilChoosingOptions {
  /** The sign-in that is waited for: its denial or failure ends the waiting. (Default: only the connection's phase) */
  readonly oauthRequestId?: string | undefined;
  /** In milliseconds. (Default: as long as a sign-in may take) */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is left out stays as it was chosen before; the defaults are those of the first time. */
export interface ChooseOptions {
  /** `all` takes in accounts that appear later, too. (Default: `all`) */
  readonly accounts?: 'all' | readonly AccountId[] | undefined;
  /** (Default: 365 days) */
  readonly history?: History | undefined;
  /** Days to let X settle a day before it is first imported. (Default: 1) */
  readonly wait?: WaitDays | undefined;
  /** For how many days back X's corrections are read again, 0 to 30; 0 imports each day once. (Default: 30) */
  readonly lookBack?: number | undefined;
  /** When the daily sync begins, `HH:MM` in the time zone of each account. (Default: `10:00`) */
  readonly dailyAt?: string | undefined;
}

export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  /** (Default: all chosen accounts) */
  readonly accounts?: readonly AccountId[] | undefined;
  /** Read days again although they have landed. (Default: false) */
  readonly refetch?: boolean | undefined;
  /** Repeating with the same id starts nothing new. (Default: a fresh one) */
  readonly requestId?: string | undefined;
}

export interface SyncOptions {
  /** An account whose sync goes on, or waits for a worker, joins it. (Default: no, the next follows it) */
  readonly joins?: boolean | undefined;
}

export interface CancelBackfillsOptions {
  /** What `backfill` answered with. (Default: every manual backfill of the connection) */
  readonly requestId?: string | undefined;
  /** (Default: all) */
  readonly accounts?: readonly AccountId[] | undefined;
  /** How long to wait for them to end, in milliseconds. (Default: 30,000) */
  readonly timeout?: number | undefined;
}

export interface DisconnectOptions {
  /** Shown in the Temporal UI. (Default: `asked by …`) */
  readonly reason?: string | undefined;
  /** Delete what no other connection reads, also after an earlier disconnect. (Default: false) */
  readonly deleteData?: boolean | undefined;
}

export interface WaitForDeletionOptions extends Omit<WaitOptions, 'onProgress'> {
  /** Called with each look at the connection. */
  readonly onProgress?: ((connection: ConnectionSummary) => void) | undefined;
}

export interface WaitOptions {
  /** Called with each status that is read. */
  readonly onProgress?: ((status: ConnectionStatus) => void) | undefined;
  /** In milliseconds. (Default: for ever) */
  readonly timeout?: number | undefined;
  /** How often to look, in milliseconds. (Default: 1,000) */
  readonly interval?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ListConnectionsOptions {
  /** Disconnected ones, too. (Default: false) */
  readonly withDisconnected?: boolean | undefined;
}

export interface TimelineOptions {
  /** (Default: all) */
  readonly kinds?: readonly TimelineEntry['kind'][] | undefined;
  /** The `next` of an earlier answer. (Default: from the newest on) */
  readonly before?: string | undefined;
  /** (Default: 50) */
  readonly limit?: number | undefined;
}

export interface FreshnessOptions {
  readonly account: AccountId;
  /** The last day that must be there. */
  readonly through: string;
}

export interface RunOptions {
  /** Until it has ended, so many milliseconds at most. (Default: no) */
  readonly wait?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PreflightOptions {
  /** (Default: all that can be chosen) */
  readonly accounts?: readonly AccountId[] | undefined;
  /** Of history. (Default: 365) */
  readonly days?: number | undefined;
}

export interface CoverageOptions {
  /** (Default: all that the connection reads) */
  readonly accountId?: AccountId | undefined;
  /** (Default: where the chosen history, or the account, begins; a year ago at most) */
  readonly from?: string | undefined;
  /** (Default: the last day that is due) */
  readonly to?: string | undefined;
}

/** The accounts and days of a report. */
export interface ReportOptions {
  /** (Default: all that the connection reads) */
  readonly accountId?: AccountId | undefined;
  /** (Default: 29 days before the last day) */
  readonly from?: string | undefined;
  /** (Default: yesterday in the account's zone) */
  readonly to?: string | undefined;
}

export interface RestatementsOptions extends ReportOptions {
  /** (Default: `CAMPAIGN`, which is what X bills) */
  readonly level?: Level | undefined;
  /** (Default: `day`) */
  readonly by?: 'day' | 'entity' | undefined;
}

export interface ReconciliationOptions extends ReportOptions {
  /** With what agrees. (Default: false) */
  readonly all?: boolean | undefined;
}

export interface SignInLinkOptions {
  /** Of whom it signs in. (Default: the first owner) */
  readonly email?: string | undefined;
}

export interface RestoreOptions {
  /** Start the connections' workflows anew although they are running: Postgres has been restored. (Default: false) */
  readonly anew?: boolean | undefined;
}

/** A question to Ad Performance. */
export interface UtmOptions extends Pick<PerformanceOptions, 'accounts' | 'from' | 'to' | 'last' | 'limit' | 'offset'> {
  /** Values that differ in case only are one. (Default: no) */
  readonly foldCase?: boolean | undefined;
}

export interface PerformanceOptions {
  /** (Default: all that the viewer sees) */
  readonly accounts?: readonly AccountId[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Instead of `from` and `to`: `7d`, `yesterday`, `last_month`, … (Default: `30d`) */
  readonly last?: string | undefined;
  /** At most three of `DIMENSIONS` in `domain/performance.ts`. (Default: none) */
  readonly groupBy?: readonly string[] | undefined;
  /** Of `PERFORMANCE_METRICS` in `domain/performance-metrics.ts`. (Default: spend, impressions, clicks, ctr, cpc) */
  readonly metrics?: readonly string[] | undefined;
  /** Any of these ids; so in the next two. */
  readonly campaign?: readonly string[] | undefined;
  readonly adGroup?: readonly string[] | undefined;
  readonly ad?: readonly string[] | undefined;
  readonly objective?: readonly string[] | undefined;
  /** Of the deepest entity of the question. */
  readonly status?: readonly string[] | undefined;
  /** Any of these values, '' being *without*; so in the next four. */
  readonly utmSource?: readonly string[] | undefined;
  readonly utmMedium?: readonly string[] | undefined;
  readonly utmCampaign?: readonly string[] | undefined;
  readonly utmTerm?: readonly string[] | undefined;
  readonly utmContent?: readonly string[] | undefined;
  /** Contained in the name of the entity or of one above it, whatever its case. */
  readonly text?: string | undefined;
  /** `previous_period`, `same_weekdays` or `previous_year`. */
  readonly compare?: string | undefined;
  /** The numbers as they stood at this instant. (Default: now) */
  readonly asOf?: string | undefined;
  /** `name`, a metric or a dimension, with `-` before it for the largest first. (Default: by time, else `-spend`) */
  readonly orderBy?: string | undefined;
  /** At most 10,000. (Default: 100) */
  readonly limit?: number | undefined;
  /** (Default: 0) */
  readonly offset?: number | undefined;
}

export interface VisitOptions extends PerformanceOptions {
  /** All that the person has been shown until now is seen. (Default: false) */
  readonly seen?: boolean | undefined;
}
