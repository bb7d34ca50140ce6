import type { Phase } from '../../domain/connection.js';
import type { ConnectionSummary, Hold } from '../../client/shapes.js';

/** An instant as the time of day in the zone of this machine. */
export const clockTime = (instant: string): string =>
  new Date(instant).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

/** Why something waits, and until when. */
export const holdText = ({ reason, until }: Hold): string =>
  `waits: ${reason}${until === undefined ? '' : `, until ${clockTime(until)}`}`;

export const shortId = (id: string): string => id.slice(0, 8);

const PHASES: Readonly<Record<Phase, string>> = {
  authorizing: 'waits for signing in',
  choosing: 'waits for the choice of accounts',
  active: 'active',
  paused: 'paused',
  needs_reauthorization: 'needs signing in again',
  disconnected: 'disconnected',
};
export const phaseText = (phase: Phase): string => PHASES[phase];

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const grantsText = ({ total, backfilling, upToDate, blocked }: ConnectionSummary['grants']): string => {
  if (total === 0) return 'no accounts';
  const parts = [
    backfilling > 0 ? `${backfilling} backfilling` : '',
    upToDate > 0 ? `${upToDate} up to date` : '',
    blocked > 0 ? `${blocked} blocked` : '',
  ].filter((part) => part !== '');
  return `${count(total, 'account', 'accounts')}: ${parts.join(', ')}`;
};
