import Table from 'cli-table3';
import { roleName } from '../../domain/access.js';
import type { AccountSummary } from '../../client/shapes.js';

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
