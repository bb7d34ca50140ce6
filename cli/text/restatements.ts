import type { ExactSum } from '../../domain/money.js';
import type { AccountRestatements, Change, MovementSummary } from '../../client/report-shapes.js';
import { table } from './table.js';

/** The days after which people ask how settled a day is. */
const SHOWN_AFTER = new Set([1, 2, 3, 7, 14, 30]);

/** Money as people read it, exact to the micro and without zeros that say nothing. */
export const money = (micros: ExactSum, currency: string | null): string => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(micros) ?? [];
  const digits = whole.padStart(7, '0');
  const part = `${digits.slice(-6)}${fraction}`.replace(/(?<=^\d\d\d*)0+$/, '');
  return `${sign}${digits.slice(0, -6)}.${part} ${currency ?? '(currency unknown)'}`;
};

export const signed = (sum: ExactSum): string => (sum === '0' || sum.startsWith('-') ? sum : `+${sum}`);

/** What rounds to nothing has no sign. */
export const percent = ({ percent: share }: Pick<Change, 'percent'>): string => {
  if (share === null) return 'from nothing';
  const rounded = Math.abs(share).toFixed(2);
  const sign = Number(rounded) === 0 ? '' : share > 0 ? '+' : '-';
  return `${sign}${rounded} %`;
};

const nameOf = ({ day, entityId, entityName, sharedTweet }: MovementSummary): string => {
  if (day !== undefined) return day;
  if (entityId === undefined) return 'all days';
  return `${entityName ?? '(no name)'} (${entityId})${sharedTweet === true ? ' shared tweet' : ''}`;
};

const spendRow = (row: MovementSummary): readonly string[] => {
  const { was, is, difference } = row.spendMicros;
  return [
    nameOf(row),
    money(was, row.currency),
    money(is, row.currency),
    signed(difference),
    difference === '0' ? '' : percent(row.spendMicros),
    String(row.restatements),
  ];
};

const count = (change: Change): string =>
  change.difference === '0' ? change.is : `${change.was} → ${change.is} (${percent(change)})`;

const engagementRow = (row: MovementSummary): readonly string[] => [
  `${nameOf(row)}${row.currency === null ? '' : ` ${row.currency}`}`,
  count(row.impressions),
  count(row.clicks),
  count(row.engagements),
];

const share = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(2)} %`);

const settlingText = ({ settling }: AccountRestatements): readonly string[] => {
  const shown = settling.filter(({ daysAfter }) => SHOWN_AFTER.has(daysAfter));
  if (shown.length === 0) return [];
  const rows = shown.map((after) => [
    `${after.daysAfter} ${after.daysAfter === 1 ? 'day' : 'days'}`,
    after.currency ?? '',
    share(after.spendShare),
    share(after.impressionsShare),
    share(after.clicksShare),
    String(after.days),
  ]);
  return [
    '',
    'How much of the final numbers was stored after …',
    table(['after', 'currency', 'spend', 'impressions', 'clicks', 'days seen'], rows),
  ];
};

export const restatementsText = (account: AccountRestatements): string => {
  const { accountName, accountId, range, level, by, rows, totals } = account;
  const heading = `${accountName} (${accountId}), ${range.from} to ${range.to}, ${level}`;
  if (rows.length === 0) {
    const why = totals.length === 0 ? 'nothing is stored for these days' : 'X has changed nothing that was stored';
    return [`${heading}: ${why}`, ...settlingText(account)].join('\n');
  }
  return [
    heading,
    '',
    table([`spend by ${by}`, 'was', 'is', 'micros', 'per cent', 'changes'], [...rows, ...totals].map(spendRow)),
    '',
    table([`engagement by ${by}`, 'impressions', 'clicks', 'engagements'], [...rows, ...totals].map(engagementRow)),
    ...settlingText(account),
  ].join('\n');
};
