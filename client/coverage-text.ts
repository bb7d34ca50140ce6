import { addDays, type Day } from '../domain/calendar.js';
import type { AccountCoverage, CoverageDay, DayStatus } from './types.js';

/** From good to bad: a day of several levels and placements shows the worst. */
const WORSE: readonly DayStatus[] = [
  'verified_empty',
  'complete',
  'unavailable',
  'in_flight',
  'planned',
  'missing',
  'failed',
];
const SIGNS: Readonly<Record<DayStatus, string>> = {
  complete: '█',
  verified_empty: '·',
  unavailable: 'u',
  in_flight: '▒',
  planned: '░',
  missing: '?',
  failed: '✗',
};
const LEGEND = '█ complete  · verified empty  ▒ at X  ░ planned  ? missing  ✗ failed  u unavailable at X';

export const worst = (statuses: readonly DayStatus[]): DayStatus | undefined =>
  statuses.toSorted((a, b) => WORSE.indexOf(b) - WORSE.indexOf(a))[0];

const byDay = (days: readonly CoverageDay[]): ReadonlyMap<Day, DayStatus> => {
  const grouped = new Map<Day, DayStatus>();
  for (const { day, status } of days) {
    const known = grouped.get(day);
    grouped.set(day, (known === undefined ? status : worst([known, status])) ?? status);
  }
  return grouped;
};

/** One row a month, one sign a day. */
const grid = ({ range, days }: AccountCoverage): readonly string[] => {
  const statuses = byDay(days);
  const rows = new Map<string, string>();
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
    const month = day.slice(0, 7);
    const before = rows.get(month) ?? ' '.repeat(Number(day.slice(8)) - 1);
    const status = statuses.get(day);
    rows.set(month, before + (status === undefined ? SIGNS.missing : SIGNS[status]));
  }
  return [...rows].map(([month, signs]) => `  ${month}  ${signs}`);
};

const isBad = ({ status }: CoverageDay): boolean => status !== 'complete' && status !== 'verified_empty';

/** Days in a row that lack the same thing for the same reason, as one line. */
const reasons = (days: readonly CoverageDay[]): readonly string[] => {
  const groups = new Map<string, CoverageDay[]>();
  for (const day of days.filter(isBad)) {
    const key = [day.level, day.placement, day.status, day.reason ?? ''].join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [day]);
    else group.push(day);
  }
  return [...groups.values()].map((group) => {
    const sorted = group.map(({ day }) => day).toSorted();
    const [first] = group;
    const last = sorted.at(-1);
    if (first === undefined || last === undefined) return '';
    const span = sorted.length === 1 ? last : `${sorted[0]} to ${last}, ${sorted.length} days`;
    const reason = first.reason === undefined ? '' : `: ${first.reason}`;
    return `  ${first.level} ${first.placement}, ${span}: ${first.status.replaceAll('_', ' ')}${reason}`;
  });
};

export const coverageText = (account: AccountCoverage): string => {
  const why = reasons(account.days);
  return [
    `${account.accountName} (${account.accountId}), ${account.range.from} to ${account.range.to}: ${account.complete ? 'complete' : 'not complete'}`,
    ...grid(account),
    LEGEND,
    ...(why.length === 0 ? [] : ['', ...why]),
  ].join('\n');
};
