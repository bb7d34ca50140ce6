import type { AccountId, ConnectionId } from './ids.js';
import type { Day } from './calendar.js';

/**
 * A connection's life: `authorizing → choosing → active`, with `paused`, `needs_reauthorization` and `disconnected`
 * beside it. This file says which phases there are, what each one permits and, when it does not, the reason that
 * people read. It knows no workflow: the workflow asks it and obeys.
 */

/** What stands in the way: a stable word, and the one step that cures it. */
export interface Problem {
  readonly code: string;
  readonly nextStep: string;
}

/** Who sees a connection: its workspace, or only the person who made it. */
export type Privacy = 'workspace' | 'private';

export type GrantStatus = 'backfilling' | 'up_to_date' | 'blocked';

/** Grants of a connection that have not ended, by status. */
export interface GrantCounts {
  readonly total: number;
  readonly backfilling: number;
  readonly upToDate: number;
  readonly blocked: number;
}

/** One account inside an active connection. */
export interface GrantState {
  readonly status: GrantStatus;
  readonly problem?: Problem;
  /** Its history is being imported, and must be looked at once more when that has ended. */
  readonly again?: boolean;
}

export type WaitDays = 1 | 3;

/** How far back to import: days before the last due day, or a first day. `none` imports only from now on. */
export type History =
  | { readonly kind: 'none' }
  | { readonly kind: 'days'; readonly days: 30 | 90 | 180 | 365 }
  | { readonly kind: 'from'; readonly day: Day };

/** What a person chose: accounts by id, or all that the user can read, also future ones. */
export interface Choice {
  readonly accounts: 'all' | readonly AccountId[];
  readonly history: History;
  readonly wait: WaitDays;
  /** For how many days back corrections of X are read again, 0 to 30. (Default: 30) */
  readonly lookBack?: number;
  /** When the daily sync begins, in the local time of each account, `HH:MM`. (Default: 10:00) */
  readonly dailyAt?: string;
}

type Grants = Readonly<Record<AccountId, GrantState>>;

/** Plain JSON, carried over continue-as-new: version it when its shape changes. */
export type ConnectionState = { readonly version: 1; readonly connectionId: ConnectionId } & (
  | { readonly phase: 'authorizing'; readonly oauthRequestId?: string; readonly problem?: Problem }
  | { readonly phase: 'choosing'; readonly accounts: number; readonly selectable: number; readonly problem?: Problem }
  /** A problem here is a choice that could not be kept; the one before stands. */
  | { readonly phase: 'active'; readonly choice: Choice; readonly grants: Grants; readonly problem?: Problem }
  | { readonly phase: 'paused'; readonly choice: Choice; readonly grants: Grants; readonly note: string }
  | {
      readonly phase: 'needs_reauthorization';
      readonly choice?: Choice;
      readonly grants: Grants;
      readonly problem: Problem;
    }
  | { readonly phase: 'disconnected'; readonly reason: string }
);
export type Phase = ConnectionState['phase'];

export const newConnection = (connectionId: ConnectionId): ConnectionState => ({
  version: 1,
  connectionId,
  phase: 'authorizing',
});

/** A sign-in that nobody finished is given up after this long. */
export const SIGN_IN_MINUTES = 15;

export type Action =
  | 'sign_in'
  | 'choose'
  | 'backfill'
  | 'cancel'
  | 'sync'
  | 'pause'
  | 'resume'
  | 'disconnect'
  | 'rename';
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

const ALLOWED: Permission = { allowed: true };
const refuse = (reason: string): Permission => ({ allowed: false, reason });

const importing = (phase: Phase): Permission => {
  switch (phase) {
    case 'active':
      return ALLOWED;
    case 'paused':
      return refuse('The connection is paused; resume it first.');
    case 'needs_reauthorization':
      return refuse('X no longer accepts the credentials; reconnect first.');
    case 'authorizing':
      return refuse('X has not authorized the connection yet; finish signing in first.');
    case 'choosing':
      return refuse('No accounts are chosen yet; choose them first.');
    case 'disconnected':
      return refuse('The connection is disconnected; add a new one.');
  }
};

/** What a phase permits, with the reason when it does not. */
export const permits = (phase: Phase, action: Action): Permission => {
  if (phase === 'disconnected') return refuse('The connection is disconnected; add a new one.');
  switch (action) {
    case 'rename':
    case 'disconnect':
    case 'sign_in':
      return ALLOWED;
    case 'choose':
      return phase === 'authorizing'
        ? refuse('X has not authorized the connection yet; finish signing in first.')
        : ALLOWED;
    case 'cancel':
      // Also where nothing new may begin: what still runs may always be ended.
      return phase === 'authorizing' || phase === 'choosing' ? importing(phase) : ALLOWED;
    case 'backfill':
    case 'sync':
    case 'pause':
      return importing(phase);
    case 'resume':
      return phase === 'paused' ? ALLOWED : refuse('Only a paused connection can be resumed.');
  }
};

/** The accounts whose history is not in yet: started when the connection becomes active, and again after a reconnect. */
export const unfinished = (grants: Grants): readonly AccountId[] =>
  Object.keys(grants).filter((id) => grants[id]?.status !== 'up_to_date');

const grantIds = (state: ConnectionState): readonly AccountId[] =>
  'grants' in state ? Object.keys(state.grants).toSorted() : [];

const dailyAt = (state: ConnectionState): string | undefined => ('choice' in state ? state.choice?.dailyAt : undefined);

/** Do the daily schedules of the accounts have to follow: made, paused with the reason, or deleted? */
export const changesSchedules = (before: ConnectionState, after: ConnectionState): boolean =>
  after.phase !== 'authorizing' &&
  after.phase !== 'choosing' &&
  (before.phase !== after.phase ||
    grantIds(before).join() !== grantIds(after).join() ||
    dailyAt(before) !== dailyAt(after));
