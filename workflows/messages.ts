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
export const signInUpdate = defineUpdate<void, [{ oauthRequestId: string }]>('signIn');

/** X sent the person back: the return is sealed in Postgres under this id. */
export const completeSignInUpdate = defineUpdate<void, [{ oauthRequestId: string }]>('completeSignIn');

/** Accounts, history and wait; again at any time to change them. */
export const chooseUpdate = defineUpdate<void, [Choice]>('choose');

export interface ManualBackfill {
  readonly requestId: string;
  readonly accounts: readonly AccountId[];
  readonly range: DayRange;
  /** Read the days again although they have landed. (Default: false) */
  readonly refetch?: boolean;
}
/** Imports a range beside whatever runs. Answers with the workflow ids that do it. */
export const backfillUpdate = defineUpdate<{ workflowIds: readonly string[] }, [ManualBackfill]>('backfill');

/** Which manual backfills: those of one request, of some accounts, or all. */
export interface WhichBackfills {
  readonly requestId?: string;
  readonly accounts?: readonly AccountId[];
}
/** Ends manual backfills, and their jobs at X with them; what has landed stays. Answers with the open ones that it meets. */
export const cancelBackfillsUpdate = defineUpdate<{ workflowIds: readonly string[] }, [WhichBackfills]>(
  'cancelBackfills',
);

export const pauseUpdate = defineUpdate<void, [{ note: string }]>('pause');
export const resumeUpdate = defineUpdate<void>('resume');
export const disconnectUpdate = defineUpdate<void, [{ reason: string; deleteData: boolean }]>('disconnect');

/** A backfill tells its connection how it ended. A signal: the child does not wait for an answer. */
export interface BackfillEnded {
  readonly accountId: AccountId;
  /** Only the history decides whether an account is up to date. */
  readonly kind: 'history' | 'manual' | 'daily';
  /** Of a manual one. */
  readonly requestId?: string;
  readonly outcome: 'completed' | 'blocked' | 'credentials_rejected' | 'cancelled';
  readonly problem?: Problem;
}
export const backfillEndedSignal = defineSignal<[BackfillEnded]>('backfillEnded');

/** X refused the credential that this connection shares with the sender. */
export const credentialsRejectedSignal = defineSignal<[Problem]>('credentialsRejected');
/** Somebody authorised the X user anew: every connection on it can go on. */
export const credentialsRestoredSignal = defineSignal('credentialsRestored');

export const connectionStateQuery = defineQuery<ConnectionState>('state');
export const progressQuery = defineQuery<Progress>('progress');
