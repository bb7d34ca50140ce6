import type { AccountId, ConnectionId } from './ids.js';
import type { Day } from './calendar.js';

/**
 * A connection's phases: `authorizing → choosing → active`, and `paused`, `needs_reauthorization` and `disconnected`
 * beside them. This file says what each phase permits and, where it does not, the reason for people.
 */

/** Why something does not go on: a stable code, and the one step that solves it, as a sentence without a command. */
export interface Problem {
  readonly code: string;
  readonly nextStep: string;
}

/** Who sees a connection: its workspace, only the person who made it, or a team. */
export type Privacy = 'workspace' | 'private' | 'team';

export type GrantStatus = 'backfilling' | 'up_to_date' | 'blocked';

/** Grants of a connection that have not ended, by status. */
export interface GrantCounts {
  readonly total: number;
  readonly backfilling: number;
  readonly upToDate: number;
  readonly blocked: number;
}

/** One account of a connection. */
export interface GrantState {
  readonly status: GrantStatus;
  readonly problem?: Problem;
  /** Start the history import again when the current one ends. */
  readonly rerun?: boolean;
  /** Its history has not begun: its turn comes when the history of another account ends. */
  readonly waits?: boolean;
}

/** How long to wait with a day: 1 imports it once it is over, 3 once X has settled its spend. */
export type WaitDays = 1 | 3;

/** How far back to import: a number of days up to the last due day, or a first day; `none` imports future days only. */
export type History =
  | { readonly kind: 'none' }
  | { readonly kind: 'days'; readonly days: 30 | 90 | 180 | 365 }
  | { readonly kind: 'from'; readonly day: Day };

/** What a person chose. `all` accounts are those that the X user can read, future ones too. */
export interface Choice {
  readonly accounts: 'all' | readonly AccountId[];
  readonly history: History;
  readonly wait: WaitDays;
  /** For how many days back X's corrections are read again, 0 to 30. (Default: 30) */
  readonly lookBack?: number;
  /** When the daily sync begins, `HH:MM` in the local time of each account. (Default: 10:00) */
  readonly dailyAt?: string;
}

type Grants = Readonly<Record<AccountId, GrantState>>;

/** Plain JSON, carried over continue-as-new: version it when its shape changes. */
export type ConnectionState = { readonly version: 1; readonly connectionId: ConnectionId } & (
  | { readonly phase: 'authorizing'; readonly oauthRequestId?: string; readonly problem?: Problem }
  | { readonly phase: 'choosing'; readonly accounts: number; readonly selectable: number; readonly problem?: Problem }
  /** A problem here is a choice that was refused; the one before stays in force. */
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

/** Connections that people mean without naming one: a sign-in that nobody finished counts only where there is nothing else. */
export const meant = <T extends { readonly phase: Phase }>(all: readonly T[]): readonly T[] => {
  const live = all.filter(({ phase }) => phase !== 'disconnected');
  const begun = live.filter(({ phase }) => phase !== 'authorizing');
  return begun.length > 0 ? begun : live;
};

export const newConnection = (connectionId: ConnectionId): ConnectionState => ({
  version: 1,
  connectionId,
  phase: 'authorizing',
});

/** An unfinished sign-in expires after this long. */
export const SIGN_IN_MINUTES = 15;

/** A connection that nobody finishes is deleted after so many days, with its sign-ins. */
export const UNFINISHED_DAYS = 14;
/** Why such a connection ends. */
export const NEVER_FINISHED = `nobody finished it within ${UNFINISHED_DAYS} days`;

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

/** Whether a phase permits an action, with the reason if it does not. */
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
      // Also in phases in which nothing new may begin: what is still running may be cancelled.
      return phase === 'authorizing' || phase === 'choosing' ? importing(phase) : ALLOWED;
    case 'backfill':
    case 'sync':
    case 'pause':
      return importing(phase);
    case 'resume':
      return phase === 'paused' ? ALLOWED : refuse('Only a paused connection can be resumed.');
  }
};

/** The accounts whose history is not imported yet: started when the connection becomes active, and after a reconnect. */
export const unfinished = (grants: Grants): readonly AccountId[] =>
  Object.keys(grants).filter((id) => grants[id]?.status !== 'up_to_date');

const isBegun = (grant: GrantState | undefined): boolean => grant?.status === 'backfilling' && grant.waits !== true;

/** The accounts whose history has begun and not ended. */
export const begunHistories = (grants: Grants): readonly AccountId[] =>
  Object.keys(grants).filter((id) => isBegun(grants[id]));

/** The accounts whose turn it is, of those that wait. */
export const nextHistories = (grants: Grants, atOnce: number): readonly AccountId[] =>
  Object.keys(grants)
    .filter((id) => grants[id]?.waits === true)
    .slice(0, Math.max(0, atOnce - begunHistories(grants).length));

/** Which of these accounts' histories begin now and which wait for their turn: first come those that have begun before. */
export const turnsOf = (
  grants: Grants,
  accounts: readonly AccountId[],
  atOnce: number,
): { readonly now: readonly AccountId[]; readonly later: readonly AccountId[] } => {
  const others = begunHistories(grants).filter((id) => !accounts.includes(id)).length;
  const room = Math.max(0, atOnce - others);
  const inOrder = accounts.toSorted((a, b) => Number(isBegun(grants[b])) - Number(isBegun(grants[a])));
  return { now: inOrder.slice(0, room), later: inOrder.slice(room) };
};

const grantIds = (state: ConnectionState): readonly AccountId[] =>
  'grants' in state ? Object.keys(state.grants).toSorted() : [];

const dailyAt = (state: ConnectionState): string | undefined => ('choice' in state ? state.choice?.dailyAt : undefined);

/** Must the daily schedules of the accounts be changed: created, paused with the reason, moved, or deleted? */
export const changesSchedules = (before: ConnectionState, after: ConnectionState): boolean =>
  after.phase !== 'authorizing' &&
  after.phase !== 'choosing' &&
  (before.phase !== after.phase ||
    grantIds(before).join() !== grantIds(after).join() ||
    dailyAt(before) !== dailyAt(after));
