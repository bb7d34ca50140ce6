import type { Day, DayRange, Instant } from '../domain/calendar.js';
import type { CoverageDay } from '../domain/coverage.js';
import type {
  Choice,
  GrantCounts,
  GrantStatus,
  History,
  Phase,
  Privacy,
  Problem,
  WaitDays,
} from '../domain/connection.js';
import type { AccountId, ConnectionId, RunId, XUserId } from '../domain/ids.js';

export type { Privacy };

export interface ConnectOptions {
  /** What people call it. (Default: `X Ads`) */
  readonly displayName?: string | undefined;
  /** Shared with the workspace, or private to whoever made it. (Default: `workspace`) */
  readonly privacy?: Privacy | undefined;
  /** Where X sends the person back to, or `oob` for a PIN. (Default: the importer's own `callbackUrl`) */
  readonly callbackUrl?: string | undefined;
}

/** A sign-in that waits for a person: open the address, allow, come back. */
export interface SignIn {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId: string;
  /** The page at X where the person allows the importer to read. */
  readonly authorizeUrl: string;
  readonly callbackUrl: string;
  /** After this the sign-in is given up. */
  readonly expiresAt: Instant;
}

/** What X's redirect carries: `?oauth_token=…&oauth_verifier=…`. */
export interface OAuthCallback {
  readonly requestToken: string;
  readonly verifier: string;
}

/** An ad account that the connection's X user can see. */
export interface AccountSummary {
  readonly id: AccountId;
  readonly name: string;
  readonly timezone: string;
  readonly currencies: readonly string[];
  readonly approvalStatus: string;
  readonly permissions: readonly string[];
  readonly selectable: boolean;
  /** Why it is not selectable, and the cure. */
  readonly reason?: string;
  /** Of the connection's grant, when the account is chosen. */
  readonly status?: GrantStatus;
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
  /** When the daily sync begins, in the local time of each account, `HH:MM`. (Default: `10:00`) */
  readonly dailyAt?: string | undefined;
}

export interface Chosen {
  readonly choice: Choice;
  /** False when it was taken and is still being worked on: `status` tells how it stands. */
  readonly inForce: boolean;
}

export interface GrantSummary {
  readonly accountId: AccountId;
  readonly accountName: string;
  readonly status: GrantStatus;
  readonly wait: WaitDays;
  readonly lookBack: number;
  readonly dailyAt: string;
  readonly historyFrom?: Day;
  readonly problem?: Problem;
}

/** One run of an import, as the ledger has it. */
export interface RunSummary {
  readonly runId: RunId;
  readonly accountId: AccountId;
  readonly kind: 'history' | 'daily' | 'manual';
  readonly range: DayRange;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed' | 'abandoned';
  readonly workflowId: string;
  /** Of a manual one: what `cancelBackfills` takes. */
  readonly requestId?: string;
  readonly startedAt: Instant;
  /** What a running one is at; absent while Temporal does not answer. */
  readonly phase?: string;
  /** Why a running one waits. */
  readonly wait?: Hold;
  readonly endedAt?: Instant;
  /** Why it ended without its days, or was cancelled. */
  readonly reason?: string;
  /** Slices by what became of them. */
  readonly planned: number;
  readonly inFlight: number;
  readonly ready: number;
  readonly landed: number;
  readonly failed: number;
}

/** Why something waits, and, where it is known, until when. */
export interface Hold {
  readonly reason: string;
  readonly until?: Instant;
}

/** A wait, and the import whose it is. One that has not begun, because it waits to ask which days are due, has no run. */
export interface HoldSummary extends Hold {
  readonly workflowId: string;
  readonly accountId?: AccountId;
  readonly runId?: RunId;
}

export interface ConnectionSummary {
  readonly id: ConnectionId;
  readonly displayName: string;
  readonly phase: Phase;
  readonly privacy: 'workspace' | 'private' | 'team';
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly xUserId?: XUserId;
  readonly screenName?: string;
  /** What stands in the way, and the one step that cures it. */
  readonly problem?: Problem;
  /** Why it is paused, in the words of whoever did it. */
  readonly note?: string;
  readonly grants: GrantCounts;
}

export interface ConnectionStatus extends ConnectionSummary {
  readonly accounts: readonly GrantSummary[];
  /** Runs that go on, and the last ones that ended. */
  readonly runs: readonly RunSummary[];
  readonly waits: readonly HoldSummary[];
  /** False while Temporal does not answer: then waits that only it knows are missing. */
  readonly temporalAnswers?: boolean;
  readonly progress: OverallProgress;
}

/** Over all running imports of a connection. */
export interface OverallProgress {
  /** 0 to 1; 1 when nothing is left to import. */
  readonly fraction: number;
  readonly slices: number;
  readonly landed: number;
  readonly inFlight: number;
  readonly failed: number;
  /** Accounts whose run has not planned its slices yet, so that the fraction will still move. */
  readonly planning: number;
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

export interface BackfillStarted {
  readonly requestId: string;
  readonly range: DayRange;
  readonly accounts: readonly AccountId[];
  readonly workflowIds: readonly string[];
  /** What was cut off, in sentences. */
  readonly notes: readonly string[];
}

/** What a manual backfill really reads, once it has begun. */
export interface DaysImported {
  /** Absent when no account had a day that was due. */
  readonly range?: DayRange;
  /** What was left out by X's clock, in sentences. */
  readonly notes: readonly string[];
}

export interface CancelOptions {
  /** What `backfill` answered with. (Default: every manual backfill of the connection) */
  readonly requestId?: string | undefined;
  /** (Default: all) */
  readonly accounts?: readonly AccountId[] | undefined;
  /** How long to wait for them to end, in milliseconds. (Default: 30,000) */
  readonly timeout?: number | undefined;
}

export interface BackfillsCancelled {
  /** Those that were going on. */
  readonly workflowIds: readonly string[];
  /** Those of them that have not ended yet: they end when X has answered. */
  readonly stopping: readonly string[];
}

export interface WaitOptions {
  readonly onProgress?: ((status: ConnectionStatus) => void) | undefined;
  /** In milliseconds. (Default: for ever) */
  readonly timeout?: number | undefined;
  /** How often to look, in milliseconds. (Default: 1,000) */
  readonly interval?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type { CoverageDay };

export interface AccountCoverage {
  readonly accountId: AccountId;
  readonly accountName: string;
  readonly range: DayRange;
  readonly days: readonly CoverageDay[];
  /** Every day that is due, since the account exists, is complete or verified empty. */
  readonly complete: boolean;
}
