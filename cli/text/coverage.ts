import { addDays, type Day } from '../../domain/calendar.js';
import type { CoverageDay, DayStatus, Finality } from '../../domain/coverage.js';
import type { AccountCoverage } from '../../client/shapes.js';

/** From good to bad: a day of several levels and placements shows the worst. */
const WORSE: readonly DayStatus[] = [
  'verified_empty',
  'complete',
  'before_creation',
  'not_due',
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
  not_due: '→',
  before_creation: '-',
};
const LEGEND = '█ complete  · verified empty  ▒ at X  ░ planned  ? missing  ✗ failed  u unavailable at X';
/** Only days that are asked for by name are these, so the line says it where there are any. */
const RARE = { not_due: 'not due yet', before_creation: 'before the account was created' } as const;

const legend = (days: readonly CoverageDay[]): string =>
  (['not_due', 'before_creation'] as const)
    .filter((rare) => days.some(({ status }) => status === rare))
    .reduce((line, rare) => `${line}  ${SIGNS[rare]} ${RARE[rare]}`, LEGEND);

export const worstStatus = (statuses: readonly DayStatus[]): DayStatus | undefined =>
  statuses.toSorted((a, b) => WORSE.indexOf(b) - WORSE.indexOf(a))[0];

const byDay = (days: readonly CoverageDay[]): ReadonlyMap<Day, DayStatus> => {
  const grouped = new Map<Day, DayStatus>();
  for (const { day, status } of days) {
    const known = grouped.get(day);
    grouped.set(day, (known === undefined ? status : worstStatus([known, status])) ?? status);
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

const isLacking = ({ status }: CoverageDay): boolean => status !== 'complete' && status !== 'verified_empty';

const group = <T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return [...groups.values()];
};

const span = (days: readonly CoverageDay[]): string => {
  const sorted = days.map(({ day }) => day).toSorted();
  return sorted.length === 1 ? String(sorted[0]) : `${sorted[0]} to ${sorted.at(-1)}, ${sorted.length} days`;
};

/** One line for all levels that lack something, or are remarkable, for the same reason on the same days. */
const reasons = (days: readonly CoverageDay[]): readonly string[] => {
  const noted = days.filter((day) => isLacking(day) || day.reason !== undefined);
  const byLevel = group(noted, (day) => [day.level, day.placement, day.status, day.reason].join('|'));
  const lines = byLevel.flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ first, span: span(same) }];
  });
  return group(lines, ({ first, span }) => [first.placement, span, first.status, first.reason].join('|')).map(
    (same) => {
      const levels = same.map(({ first }) => first.level).join(', ');
      const texts = same.map(({ first, span }) => {
        const why = first.reason === undefined ? '' : `: ${first.reason}`;
        return `${span}: ${first.status.replaceAll('_', ' ')}${why} (${first.placement}: ${levels})`;
      });
      return `  ${texts[0] ?? ''}`;
    },
  );
};

const SETTLED: Readonly<Record<Finality, string>> = {
  final: 'final, X changes nothing any more',
  settling: 'settling, X may still correct them',
  provisional: "provisional, their spend is X's estimate",
};

/** Which days may still change. */
const finalities = ({ days }: AccountCoverage): readonly string[] =>
  (['final', 'settling', 'provisional'] as const).flatMap((finality) => {
    const its = [...new Set(days.filter((day) => day.finality === finality).map(({ day }) => day))].toSorted();
    const [first, last] = [its[0], its.at(-1)];
    return first === undefined ? [] : [`  ${first === last ? first : `${first} to ${last}`}: ${SETTLED[finality]}`];
  });

export const coverageText = (account: AccountCoverage): string => {
  const why = reasons(account.days);
  return [
    `${account.accountName} (${account.accountId}), ${account.range.from} to ${account.range.to}: ${account.complete ? 'complete' : 'not complete'}`,
    ...grid(account),
    legend(account.days),
    ...finalities(account),
    ...(why.length === 0 ? [] : ['', ...why]),
  ].join('\n');
};
