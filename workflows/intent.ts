import type { AccountsCheck } from '../activities/connection/accounts.js';
import type { Choice, ConnectionState, Problem } from '../domain/connection.js';
import type { BackfillEnded, ManualBackfill } from './messages.js';
import type { Unsettled } from './unsettled.js';

/** Reports that the request has begun, or why it was refused or could not begin. */
export type StartReport = (refused?: string) => void;

export type ListedNow =
  | { readonly accounts: number; readonly selectable: number; readonly problem?: Problem }
  | { readonly refused: Problem };

interface Intents {
  sign_in: { readonly oauthRequestId: string };
  /** Nobody has finished it in time; another one may begin. */
  sign_in_expired: unknown;
  /** The accounts as X has them now, or why it does not show them. */
  accounts_listed: { readonly listed: ListedNow };
  complete_sign_in: { readonly oauthRequestId: string };
  choose: { readonly choice: Choice };
  backfill: { readonly request: ManualBackfill; readonly answer: StartReport };
  cancel_backfills: { readonly workflowIds: readonly string[] };
  backfill_ended: { readonly ends: readonly BackfillEnded[] };
  credentials_rejected: { readonly problem: Problem };
  credentials_restored: unknown;
  self_check: unknown;
  accounts_checked: { readonly check: AccountsCheck };
  pause: { readonly note: string };
  resume: unknown;
  disconnect: { readonly reason: string; readonly deleteData: boolean };
}
export type IntentKind = keyof Intents;

/** What a connection is to do. Message handlers add intents to the inbox; the main loop takes them one at a time. */
export type Intent<K extends IntentKind = IntentKind> = { [P in K]: { readonly kind: P } & Intents[P] }[K];

/**
 * From a state and an intent to the next state, in bounded time. Safe to repeat, as every step of a workflow is; what goes
 * wrong becomes a problem with its next step, or stays unsettled.
 */
export type Step<K extends IntentKind> = (
  state: ConnectionState,
  intent: Intent<K>,
  unsettled: Unsettled,
) => Promise<ConnectionState>;
export type Steps<K extends IntentKind = IntentKind> = { readonly [P in K]: Step<P> };
