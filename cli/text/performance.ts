import type { Performance, PerformanceRow } from '../../client/performance-shapes.js';
import { table } from './table.js';

const NO_VALUE = '–';

/** Digits in groups of three; a share as a percentage. */
const numberText = (value: string | null | undefined, unit: Performance['metrics'][number]['unit']): string => {
  if (value === null || value === undefined) return NO_VALUE;
  if (unit === 'percent') return `${(Number(value) * 100).toFixed(2)} %`;
  const [whole = '', rest = ''] = value.split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const digits = unit === 'money' ? rest.padEnd(2, '0') : rest;
  return digits === '' ? grouped : `${grouped}.${digits}`;
};

const keyText = (row: PerformanceRow, id: keyof PerformanceRow['key']): string =>
  row.names[id] ?? row.key[id] ?? (row.kind === 'not_attributed' ? 'not attributed' : NO_VALUE);

const cellsOf = (
  { metrics, compareRange }: Performance,
  { values, compared, currency }: Pick<PerformanceRow, 'values' | 'compared' | 'currency'>,
): readonly string[] => [
  currency ?? NO_VALUE,
  ...metrics.flatMap(({ id, unit }) => [
    numberText(values[id], unit),
    ...(compareRange === undefined ? [] : [numberText(compared?.[id], unit)]),
  ]),
];

const missingText = ({ name, missingDays, missing, through }: Performance['accounts'][number]): string =>
  `${name} lacks ${missingDays} ${missingDays === 1 ? 'day' : 'days'} of the range (${missing.slice(0, 3).join(', ')}${missingDays > 3 ? ', …' : ''})${through === null ? '' : `; it is imported through ${through}`}.`;

/** The table of an answer, its totals, and what is not there or may still change. */
export const performanceText = (answer: Performance): string => {
  const { dimensions, metrics, rows, rowCount, totals, range, compareRange, comparedAsOf, accounts, days } = answer;
  const head = [
    ...dimensions.map(({ label }) => label),
    'Currency',
    ...metrics.flatMap(({ label }) => [label, ...(compareRange === undefined ? [] : ['before'])]),
  ];
  const lines = [
    ...(dimensions.length === 0
      ? []
      : rows.map((row) => [...dimensions.map(({ id }) => keyText(row, id)), ...cellsOf(answer, row)])),
    ...totals.map((total) => [...dimensions.map((_, i) => (i === 0 ? 'Total' : '')), ...cellsOf(answer, total)]),
  ];
  const unsettled = days.filter(({ finality }) => finality !== 'final').length;
  const notes = [
    `${range.from} to ${range.to}, each account's own days${compareRange === undefined ? '' : `, compared with ${compareRange.from} to ${compareRange.to}`}${comparedAsOf === undefined ? '' : `, as it stood at ${comparedAsOf}`}.`,
    ...(rows.length < rowCount ? [`${rows.length} of ${rowCount} rows; the totals are of all.`] : []),
    ...(rows.some(({ kind }) => kind === 'not_attributed')
      ? ['Not attributed: what the campaigns have beyond what X gives below them.']
      : []),
    ...(unsettled === 0 ? [] : [`X may still change ${unsettled} of ${days.length} days.`]),
    ...accounts.filter(({ missingDays }) => missingDays > 0).map(missingText),
  ];
  return `${table(head, lines)}\n\n${notes.join('\n')}`;
};
