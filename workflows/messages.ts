import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Choice, ConnectionState, Problem } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import type { DayRange } from '../domain/calendar.js';
import type { Progress } from '../domain/progress.js';

/**
 * What people, clients and workflows may say to a workflow. Payloads carry ids, counts and days only: names, tokens
 * and verifiers stay in Postgres, so that the Temporal UI is readable and holds no secret.
 */

/** Begins a sign-in whose row in `oauth_requests` the caller has made; an update, because a phase may refuse it. */
export const signIn = defineUpdate<void, [{ oauthRequestId: string }]>('signIn');

/** X sent the person back: the return is sealed in Postgres under this id. */
export const returned = defineUpdate<void, [{ oauthRequestId: string }]>('returned');

/** Accounts, history and wait; again at any time to change them. */
export const choose = defineUpdate<void, [Choice]>('choose');

export interface ManualBackfill {
  readonly requestId: string;
  readonly accounts: readonly AccountId[];
  readonly range: DayRange;
  /** Read the days again although they have landed. (Default: false) */
  readonly refetch?: boolean;
}
/** Imports a range beside whatever runs. Answers with the workflow ids that do it. */
export const backfill = defineUpdate<{ workflowIds: readonly string[] }, [ManualBackfill]>('backfill');

/** Which manual backfills: those of one request, of some accounts, or all. */
export interface WhichBackfills {
  readonly requestId?: string;
  readonly accounts?: readonly AccountId[];
}
/** Ends manual backfills, and their jobs at X with them; what has landed stays. Answers with the open ones that it meets. */
export const cancelBackfills = defineUpdate<{ workflowIds: readonly string[] }, [WhichBackfills]>('cancelBackfills');

export const pause = defineUpdate<void, [{ note: string }]>('pause');
export const resume = defineUpdate<void>('resume');
export const disconnect = defineUpdate<void, [{ reason: string; deleteData: boolean }]>('disconnect');

/** A backfill tells its connection how it ended. A signal: the child does not wait for an answer. */
export interface BackfillEnded {
  readonly accountId: AccountId;
  /** Only the history decides whether an account is up to date. */
  readonly kind: 'backfill' | 'manual' | 'daily';
  /** Of a manual one. */
  readonly requestId?: string;
  readonly outcome: 'completed' | 'blocked' | 'credentials_rejected' | 'cancelled';
  readonly problem?: Problem;
}
export const backfillEnded = defineSignal<[BackfillEnded]>('backfillEnded');

/** X refused the credential that this connection shares with the sender. */
export const credentialsRejected = defineSignal<[Problem]>('credentialsRejected');
/** Somebody authorised the X user anew: every connection on it can go on. */
export const credentialsRestored = defineSignal('credentialsRestored');

export const connectionState = defineQuery<ConnectionState>('state');
export const progress = defineQuery<Progress>('progress');
