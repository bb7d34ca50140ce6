import type { ConnectionId, XUserId } from './ids.js';
import type { GrantStatus, Phase, WaitDays } from './connection.js';
import type { Day } from './calendar.js';

/**
 * Who does an account's daily sync, and whether it has one at all. Facts belong to the account, so one schedule serves
 * all grants on it: the shortest wait and the earliest time win, and the sync goes on as long as one connection can do
 * it.
 */

/** A live grant on an account, with what stands in its way. */
export interface DailyGrant {
  readonly connectionId: ConnectionId;
  readonly xUserId: XUserId | null;
  readonly phase: Phase;
  readonly credentialValid: boolean;
  readonly wait: WaitDays;
  /** For how many days back corrections are read again. */
  readonly lookBack: number;
  /** Local time of the account, `HH:MM`. */
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

/** A grant whose role X took away cannot do it while another can; it is tried when there is no other. */
const rank = ({ status, wait }: DailyGrant): number => (status === 'blocked' ? 10 : 0) + wait;

/** The grant that the next sync runs on: the shortest wait among those that can. */
export const dailyTurn = (grants: readonly DailyGrant[]): DailyGrant | undefined =>
  grants.filter(isAble).toSorted((a, b) => rank(a) - rank(b) || a.dailyAt.localeCompare(b.dailyAt))[0];

/** The earliest time that any of them chose: a sync that comes early for one does not come late for another. */
const earliestTime = ([first, ...others]: readonly [DailyGrant, ...DailyGrant[]]): string =>
  others.reduce((earliest, { dailyAt }) => (dailyAt < earliest ? dailyAt : earliest), first.dailyAt);

/** A connection that somebody paused stays so whatever X says of its credential. */
const whyPaused = (grants: readonly DailyGrant[]): string =>
  grants.some(
    ({ phase, credentialValid }) => phase !== 'paused' && (phase === 'needs_reauthorization' || !credentialValid),
  )
    ? 'X no longer accepts the credentials; reconnect, and exactly the missed days are filled.'
    : 'Every connection on this account is paused; resume one.';

/** What the account's schedule ought to be. A schedule without a grant is deleted, one that cannot run is paused with the reason. */
export const dailySchedule = (grants: readonly DailyGrant[]): DailySchedule => {
  const wanting = grants.filter(
    ({ phase }) => phase !== 'disconnected' && phase !== 'authorizing' && phase !== 'choosing',
  );
  const [able, ...others] = wanting.filter(isAble);
  if (able) return { kind: 'running', at: earliestTime([able, ...others]) };
  const [first, ...rest] = wanting;
  return first ? { kind: 'paused', at: earliestTime([first, ...rest]), note: whyPaused(wanting) } : { kind: 'none' };
};

/** The day that the history of an account begins with: the earliest that any grant chose. */
export const earliestHistory = (grants: readonly DailyGrant[]): Day | null =>
  grants.reduce<Day | null>(
    (earliest, { historyFrom }) =>
      historyFrom !== null && (earliest === null || historyFrom < earliest) ? historyFrom : earliest,
    null,
  );
