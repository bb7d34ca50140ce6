/** What the weekly digest says: totals per account and currency, the change against the week before, and what may still move. */
import type { Performance, PerformanceRow } from '../../client/performance-shapes.js';
import type { DayRange } from '../../domain/calendar.js';
import { oneLine } from './text.js';

const METRICS = ['spend', 'impressions', 'clicks'] as const;
export const DIGEST_METRICS: readonly string[] = METRICS;

const wholeFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const changeFormat = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

const changeOf = (value: string, before: string | null | undefined): string =>
  before === null || before === undefined || Number(before) === 0
    ? ''
    : ` (${changeFormat.format((Number(value) - Number(before)) / Math.abs(Number(before)))})`;

/** A sum that lacks days is compared with nothing. */
const rowLine = ({ values, compared, currency, names, key }: PerformanceRow, isWhole: boolean): string => {
  const parts = METRICS.map((metric) => {
    const value = values[metric] ?? '0';
    const money = metric === 'spend' && currency !== null ? ` ${currency}` : '';
    return `${metric} ${wholeFormat.format(value as `${number}`)}${money}${isWhole ? changeOf(value, compared?.[metric]) : ''}`;
  });
  return `${oneLine(names.account ?? key.account ?? '')}: ${parts.join(', ')}`;
};

export interface DigestText {
  readonly subject: string;
  readonly body: { readonly text: string } & Readonly<Record<string, unknown>>;
}

export const digestText = (
  { accounts, rows, days, comparedAsOf, compareMissingDays = 0 }: Performance,
  { from, to }: DayRange,
  {
    publicUrl,
    workspace,
  }: { readonly publicUrl: string; readonly workspace: { readonly id: string; readonly name: string } },
): DigestText => {
  const url = `${publicUrl}/performance?from=${from}&to=${to}`;
  const subject = `Ad Performance of ${oneLine(workspace.name)}, ${from} to ${to}`;
  const provisional = days.filter(({ finality }) => finality === 'provisional').map(({ day }) => day);
  const settling = days.filter(({ finality }) => finality === 'settling').map(({ day }) => day);
  const late = accounts.filter(({ missingDays }) => missingDays > 0);
  const isWhole = (id: string | null | undefined): boolean =>
    compareMissingDays === 0 && !late.some((account) => account.id === id);
  const paragraphs = [
    rows.length === 0 ? 'Nothing was delivered.' : rows.map((row) => rowLine(row, isWhole(row.key.account))).join('\n'),
    ...late.map(
      ({ name, missing }) => `${oneLine(name)} lacks ${missing.join(', ')}: its sums are without these days.`,
    ),
    ...(compareMissingDays === 0 ? [] : ['The week before is not imported whole, so no change is told.']),
    ...(comparedAsOf === undefined ? [] : ['Changes are against the week before as it stood at the same age.']),
    ...(provisional.length === 0 ? [] : [`Provisional, spend is an estimate: ${provisional.join(', ')}.`]),
    ...(settling.length === 0 ? [] : [`X may still correct: ${settling.join(', ')}.`]),
    url,
    `Your account turns this off: ${publicUrl}/settings/you`,
  ];
  return {
    subject,
    body: {
      kind: 'digest',
      workspace,
      subject,
      text: paragraphs.join('\n\n'),
      week: { from, to },
      accounts: rows.map(({ key, names, currency, values, compared }) => ({
        id: key.account ?? null,
        name: names.account ?? null,
        currency,
        values,
        ...(compared !== undefined && isWhole(key.account) ? { compared } : {}),
      })),
      provisional,
      settling,
      missing: late.map(({ id, missing }) => ({ id, days: missing })),
      url,
    },
  };
};
