import type { Performance, PerformanceRow } from './performance-shapes.js';

/** A spreadsheet takes a cell that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** All but the ends of lines, which a cell may have: a terminal would obey them. */
const CONTROLS = /(?![\r\n])\p{Cc}/gu;

/** Text from X or from people, as a spreadsheet shows it and does not compute it. */
const textCell = (text: string | null | undefined): string => {
  const shown = (text ?? '').replaceAll(CONTROLS, ' ');
  const guarded = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
};

/** Money in micros: what it is in units, six digits to the left. */
const inMicros = (value: string): string => {
  const [, sign = '', units = '', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  const digits = `${units}${rest.padEnd(6, '0').slice(0, 6)}`.replace(/^0+(?=\d)/, '');
  const fraction = rest.slice(6);
  return `${sign}${digits}${fraction === '' ? '' : `.${fraction}`}`;
};

/** Dimensions whose keys are ids. */
const NAMED: ReadonlySet<string> = new Set(['account', 'funding_instrument', 'campaign', 'ad_group', 'ad']);

interface Column {
  readonly head: string;
  readonly cell: (row: PerformanceRow) => string;
}

const numberIn = (given: Readonly<Record<string, string | null>> | undefined, id: string): string => given?.[id] ?? '';

const columnsOf = ({ dimensions, metrics, compareRange }: Performance): readonly Column[] => {
  return [
    ...dimensions.flatMap(({ id }): Column[] => [
      { head: id, cell: ({ key }) => textCell(key[id]) },
      ...(NAMED.has(id) ? [{ head: `${id}_name`, cell: ({ names }: PerformanceRow) => textCell(names[id]) }] : []),
    ]),
    { head: 'kind', cell: ({ kind }) => kind },
    { head: 'shared_tweet', cell: ({ shared }) => String(shared ?? false) },
    { head: 'objective', cell: ({ objective }) => textCell(objective) },
    ...(dimensions.some(({ id }) => id === 'currency')
      ? []
      : [{ head: 'currency', cell: ({ currency }: PerformanceRow) => textCell(currency) }]),
    ...metrics.flatMap(({ id, unit, additive }): Column[] => [
      { head: id, cell: ({ values }) => numberIn(values, id) },
      ...(unit === 'money' && additive
        ? [{ head: `${id}_micros`, cell: ({ values }: PerformanceRow) => inMicros(numberIn(values, id)) }]
        : []),
      ...(compareRange === undefined
        ? []
        : [{ head: `${id}_compared`, cell: ({ compared }: PerformanceRow) => numberIn(compared, id) }]),
    ]),
  ];
};

/**
 * All rows of an answer as CSV (RFC 4180): a head, ISO days, numbers as they are, and text that no spreadsheet takes for a
 * formula. Where a metric has no value the cell is empty.
 */
export const performanceCsv = (answer: Performance): string => {
  const columns = columnsOf(answer);
  const lines = [columns.map(({ head }) => head), ...answer.rows.map((row) => columns.map(({ cell }) => cell(row)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
};
