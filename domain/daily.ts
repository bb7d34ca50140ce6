import type { ConnectionId, XUserId } from './ids.js';
import type { GrantStatus, Phase, WaitDays } from './connection.js';
import type { Day } from './calendar.js';

/**
 * Which connection reads an account's daily sync, and whether the account has a schedule. Facts belong to the account, so
 * one schedule serves all grants on it: the shortest wait and the earliest time win, and the sync runs as long as one
 * connection can read the account.
 */

/** A live grant on an account, with what decides whether it can be used. */
export interface DailyGrant {
  readonly connectionId: ConnectionId;
  readonly xUserId: XUserId | null;
  readonly phase: Phase;
  readonly credentialValid: boolean;
  readonly wait: WaitDays;
  /** For how many days back X's corrections are read again. */
  readonly lookBack: number;
  /** `HH:MM` in the local time of the account. */
  readonly dailyAt: string;
  readonly historyFrom: Day | null;
  readonly status: GrantStatus;
}

export type DailySchedule =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly at: string }
  | { readonly kind: 'paused'; readonly at: string; readonly note: string };

const isAble = (grant: DailyGrant): boolean =>
  grant.phase === 'active' && grant.credentialValid && grant.xUserId !== null;

/** A blocked grant is used only when there is no other. */
const rank = ({ status, wait }: DailyGrant): number => (status === 'blocked' ? 10 : 0) + wait;

/** The grant that the next sync reads with: the shortest wait among those that can. */
export const dailyReader = (grants: readonly DailyGrant[]): DailyGrant | undefined =>
  grants.filter(isAble).toSorted((a, b) => rank(a) - rank(b) || a.dailyAt.localeCompare(b.dailyAt))[0];

/** The earliest time that any of them chose: no connection then gets its sync late. */
const earliestTime = ([first, ...others]: readonly [DailyGrant, ...DailyGrant[]]): string =>
  others.reduce((earliest, { dailyAt }) => (dailyAt < earliest ? dailyAt : earliest), first.dailyAt);

/** The reason for a paused schedule. A paused connection counts as paused, whatever the state of its credential. */
const whyPaused = (grants: readonly DailyGrant[]): string =>
  grants.some(
    ({ phase, credentialValid }) => phase !== 'paused' && (phase === 'needs_reauthorization' || !credentialValid),
  )
    ? 'X no longer accepts the credentials; reconnect, and exactly the missed days are filled.'
    : 'Every connection on this account is paused; resume one.';

/** The schedule that an account should have: none without a grant, paused with the reason where no grant can read it. */
export const dailySchedule = (grants: readonly DailyGrant[]): DailySchedule => {
  const relevant = grants.filter(
    ({ phase }) => phase !== 'disconnected' && phase !== 'authorizing' && phase !== 'choosing',
  );
  const [able, ...others] = relevant.filter(isAble);
  if (able) return { kind: 'running', at: earliestTime([able, ...others]) };
  const [first, ...rest] = relevant;
  return first ? { kind: 'paused', at: earliestTime([first, ...rest]), note: whyPaused(relevant) } : { kind: 'none' };
};

/** The first day of an account's history: the earliest that any grant chose. */
export const earliestHistory = (grants: readonly DailyGrant[]): Day | null =>
  grants.reduce<Day | null>(
    (earliest, { historyFrom }) =>
      historyFrom !== null && (earliest === null || historyFrom < earliest) ? historyFrom : earliest,
    null,
  );
