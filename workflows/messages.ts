import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DayRange } from '../domain/calendar.js';
import type { Choice, ConnectionState, Problem } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import type { ImportProgress } from '../domain/progress.js';
import type { RunKind } from '../domain/run.js';

/**
 * The messages that clients and workflows send to a workflow. Payloads carry ids, counts and days only: names, tokens and
 * verifiers stay in Postgres, so that the Temporal UI is readable and holds no secret.
 */

/** Begins a sign-in whose row in `oauth_requests` the caller has made; an update, because a phase may refuse it. */
export const signInUpdate = defineUpdate<void, [{ oauthRequestId: string }]>('signIn');

/** Completes a sign-in: X's OAuth callback is sealed in Postgres under this id. */
export const completeSignInUpdate = defineUpdate<void, [{ oauthRequestId: string }]>('completeSignIn');

/** Accounts, history, wait, daily time and look-back; at any time again to change them. */
export const chooseUpdate = defineUpdate<void, [Choice]>('choose');

/** Somebody looks at the accounts that may be chosen: X is asked for them anew, while none are chosen yet. */
export const listAnewSignal = defineSignal('listAnew');

export interface ManualBackfill {
  readonly requestId: string;
  readonly accounts: readonly AccountId[];
  readonly range: DayRange;
  /** Read the days again although they have landed. (Default: false) */
  readonly refetch?: boolean;
}
/** Imports a range beside whatever runs. Returns the ids of the workflows that import it, one per account. */
export const backfillUpdate = defineUpdate<{ workflowIds: readonly string[] }, [ManualBackfill]>('backfill');

/** Selects manual backfills by request, by account, or all of them. */
export interface WhichBackfills {
  readonly requestId?: string;
  readonly accounts?: readonly AccountId[];
}
/** Cancels manual backfills and their jobs at X; what has landed stays. Returns the workflow ids of those it cancels. */
export const cancelBackfillsUpdate = defineUpdate<{ workflowIds: readonly string[] }, [WhichBackfills]>(
  'cancelBackfills',
);

export const pauseUpdate = defineUpdate<void, [{ note: string }]>('pause');
export const resumeUpdate = defineUpdate<void>('resume');
export const disconnectUpdate = defineUpdate<void, [{ reason: string; deleteData: boolean }]>('disconnect');

/** How an import ended. A signal, because the import does not wait for an answer. */
export interface BackfillEnded {
  readonly accountId: AccountId;
  /** Only the history decides whether an account is up to date. */
  readonly kind: RunKind;
  /** Of a manual backfill. */
  readonly requestId?: string;
  readonly outcome: 'completed' | 'blocked' | 'credentials_rejected' | 'cancelled';
  readonly problem?: Problem;
}
export const backfillEndedSignal = defineSignal<[BackfillEnded]>('backfillEnded');

/** X refused the credential that this connection shares with the sender. */
export const credentialsRejectedSignal = defineSignal<[Problem]>('credentialsRejected');
/** The person signed in again: every connection on the X user can continue. */
export const credentialsRestoredSignal = defineSignal('credentialsRestored');

export const connectionStateQuery = defineQuery<ConnectionState>('state');
export const progressQuery = defineQuery<ImportProgress>('progress');
