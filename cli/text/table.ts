import Table from 'cli-table3';
import type { Phase } from '../../domain/connection.js';
import { roleName } from '../../domain/access.js';
import type { AccountSummary, ConnectionSummary, Hold } from '../../client/shapes.js';

/** Columns of text, without the frame: it reads well in a terminal and cuts well with other tools. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const drawn = new Table({
    head: [...head],
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};

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

export const accountsTable = (accounts: readonly AccountSummary[]): string => {
  const rows = accounts.map((account, index) => [
    String(index + 1),
    account.id,
    account.name,
    account.timezone,
    account.currencies.join(' '),
    account.permissions.map(roleName).join(', '),
    account.status?.replaceAll('_', ' ') ?? (account.selectable ? 'can be chosen' : 'cannot be chosen'),
  ]);
  const reasons = accounts
    .filter(({ selectable }) => !selectable)
    .map((account) => `\n  ${account.name} (${account.id}): ${account.reason ?? ''}`);
  return `${table(['#', 'account', 'name', 'time zone', 'currency', 'role', 'state'], rows)}${reasons.length === 0 ? '' : `\n${reasons.join('')}`}`;
};
