import { addDays, type Day, type DayRange, type Instant } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { clip, countDays, subtractRanges } from '../../domain/day-ranges.js';
import { daysBefore, DIMENSIONS, levelsOf, type PerformanceQuestion, periodBefore } from '../../domain/performance.js';
import { dependsOnObjective, metricOf, type MetricId, RESULTS, summedFor } from '../../domain/performance-metrics.js';
import { performanceValues, type PerformanceSums } from '../../domain/performance-values.js';
import {
  performanceRows,
  type PerformanceRowsQuery,
  type PerformanceSumsRow,
} from '../../store/reports/performance.js';
import { finalityOfDays, type ReportedAccount, reportedAccounts } from '../../store/reports/performance-days.js';
import type { Context } from '../context.js';
import { InvalidQuestion, UnknownAccount } from '../errors.js';
import type { PerformanceOptions } from '../options.js';
import type { Performance, PerformanceRow } from '../performance-shapes.js';
import { questionOf } from './performance-question.js';

const MISSING_SHOWN = 31;
const MILLIS_PER_DAY = 86_400_000;

/** @throws `UnknownAccount` */
export const askedAccounts = async (
  context: Context,
  ids: PerformanceOptions['accounts'],
): Promise<readonly ReportedAccount[]> => {
  const accounts = await reportedAccounts(context.db, context.viewer, ids);
  const lacking = ids?.find((id) => !accounts.some((account) => account.id === id));
  if (lacking === undefined) return accounts;
  const message = `No connection that you see reads the account ${lacking}.`;
  throw new UnknownAccount(message, { fields: { account: message } });
};

/** Days on which the account did not exist have everything that there is. */
const lackingDays = ({ complete, createdAt, zones }: ReportedAccount, range: DayRange): readonly DayRange[] => {
  const created = createdAt === null || zones.length === 0 ? undefined : dayOf(createdAt, zones);
  const existed = created === undefined ? range : clip(range, { from: created, to: range.to });
  return existed === undefined ? [] : subtractRanges([existed], complete);
};

const daysOf = (ranges: readonly DayRange[], atMost = Number.POSITIVE_INFINITY): readonly Day[] => {
  const days: Day[] = [];
  for (const { from, to } of ranges)
    for (let day = from; day <= to && days.length < atMost; day = addDays(day, 1)) days.push(day);
  return days;
};

/** How many days of a range some account lacks. */
const lackingAnywhere = (accounts: readonly ReportedAccount[], range: DayRange): number =>
  new Set(accounts.flatMap((account) => daysOf(lackingDays(account, range)))).size;

const accountAnswer = (account: ReportedAccount, range: DayRange): Performance['accounts'][number] => {
  const lacking = lackingDays(account, range);
  return {
    id: account.id,
    name: account.name,
    timezone: account.zones.at(-1)?.zone ?? null,
    currencies: account.currencies,
    through: subtractRanges([range], lacking).at(-1)?.to ?? null,
    missingDays: lacking.reduce((sum, missing) => sum + countDays(missing), 0),
    missing: daysOf(lacking, MISSING_SHOWN),
  };
};

interface Compared {
  readonly range: DayRange;
  readonly days: number;
  /** At the age of the range, where that is not final. */
  readonly at: Instant | null;
}

/** A range whose end still moves is compared with what was known of the other one at the same age. */
const comparedWith = (
  { range, compare, asOf }: PerformanceQuestion,
  accounts: readonly ReportedAccount[],
  unsettled: boolean,
): Compared | undefined => {
  if (compare === null) return undefined;
  const days = daysBefore(range, compare);
  const clock =
    asOf ??
    accounts
      .map(({ observedAt }) => observedAt)
      .toSorted()
      .at(-1);
  const at =
    unsettled && clock !== undefined ? new Date(Date.parse(clock) - days * MILLIS_PER_DAY).toISOString() : asOf;
  return { range: periodBefore(range, days), days, at };
};

const numbersOf = (
  metrics: readonly MetricId[],
  sums: PerformanceSums,
  before: PerformanceSums | undefined | 'none',
) => {
  const { values, reasons } = performanceValues(metrics, sums);
  return {
    values: values as Record<string, string | null>,
    ...(Object.keys(reasons).length === 0 ? {} : { reasons: reasons as Record<string, 'not_attributed'> }),
    ...(before === 'none' || before === undefined
      ? {}
      : { compared: performanceValues(metrics, before).values as Record<string, string | null> }),
  };
};

export const rowAnswer = (
  { groupBy, metrics }: Pick<PerformanceQuestion, 'groupBy' | 'metrics'>,
  row: PerformanceSumsRow,
  before: PerformanceSums | undefined,
): PerformanceRow => {
  const names = groupBy.flatMap((dimension, i) => {
    const name = row.names[i];
    return typeof name === 'string' ? [[dimension, name] as const] : [];
  });
  const { objective } = row;
  const result = objective === null ? undefined : RESULTS[objective]?.label;
  return {
    key: Object.fromEntries(groupBy.map((dimension, i) => [dimension, row.keys[i] ?? null])),
    names: Object.fromEntries(names),
    kind: row.remainder ? 'not_attributed' : 'entity',
    ...(row.shared ? { shared: true as const } : {}),
    ...(row.accountId === null ? {} : { accountId: row.accountId }),
    ...(objective === null ? {} : { objective }),
    ...(result === undefined ? {} : { result }),
    currency: row.currency,
    ...numbersOf(metrics, row, before),
  };
};

/** The answer to a question about performance; with `rowsAtMost`, of all rows whatever its limit. */
const answerOf = async (context: Context, options: PerformanceOptions, rowsAtMost?: number): Promise<Performance> => {
  const { db, viewer } = context;
  const accounts = await askedAccounts(context, options.accounts);
  const question = questionOf(options, accounts, context.now());
  const { range, groupBy, metrics, filters, text, asOf, orderBy, limit, offset } = question;
  const finality = await finalityOfDays(db, question.accounts, range, asOf);
  const compared = comparedWith(question, accounts, finality.get(range.to) !== 'final');
  const levels = levelsOf(question);
  const query: PerformanceRowsQuery = {
    viewer,
    accounts: question.accounts,
    range,
    ...levels,
    groupBy,
    sums: summedFor(metrics),
    byObjective: dependsOnObjective(metrics),
    filters,
    text,
    at: asOf === null ? { kind: 'now' } : { kind: 'as_of', at: asOf },
    orderBy,
    ...(rowsAtMost === undefined ? { limit, offset } : { limit: rowsAtMost + 1 }),
  };
  const totalsOf = (of: PerformanceRowsQuery) =>
    performanceRows(db, { ...of, rows: levels.totals, groupBy: [], orderBy: 'name', limit: undefined, offset: 0 });
  const [found, totals] = await Promise.all([performanceRows(db, query), totalsOf(query)]);
  if (found.rowCount > (rowsAtMost ?? Number.POSITIVE_INFINITY)) {
    const reason = `The answer has ${found.rowCount} rows, more than ${rowsAtMost}: ask for fewer days, or filter.`;
    throw new InvalidQuestion(reason, { fields: { groupBy: reason } });
  }
  const earlier: PerformanceRowsQuery | undefined = compared && {
    ...query,
    range: compared.range,
    shiftDays: compared.days,
    at: compared.at === null ? query.at : { kind: 'at_age', at: compared.at },
  };
  const before = new Map<string, PerformanceSums>();
  const totalsBefore = new Map<string | null, PerformanceSums>();
  if (earlier !== undefined) {
    const only = found.rows.map(({ rowKey }) => rowKey);
    const [rows, sums] = await Promise.all([
      performanceRows(db, { ...earlier, only, limit: undefined, offset: 0 }),
      totalsOf(earlier),
    ]);
    for (const row of rows.rows) before.set(row.rowKey, row);
    for (const row of sums.rows) totalsBefore.set(row.currency, row);
  }
  const lacking = accounts.map((account) => new Set(daysOf(lackingDays(account, range))));
  return {
    question,
    range,
    ...(compared === undefined
      ? {}
      : { compareRange: compared.range, compareMissingDays: lackingAnywhere(accounts, compared.range) }),
    ...(compared?.at === undefined || compared.at === null || compared.at === asOf
      ? {}
      : { comparedAsOf: compared.at }),
    dimensions: groupBy.map((id) => ({ id, label: DIMENSIONS[id].label })),
    metrics: metrics.map((id) => {
      const { label, unit, formula, denominator } = metricOf(id);
      return { id: id as 'spend', label, unit, formula, additive: denominator === undefined };
    }),
    accounts: accounts.map((account) => accountAnswer(account, range)),
    days: daysOf([range]).map((day) => ({
      day,
      finality: finality.get(day) ?? 'provisional',
      complete: lacking.every((days) => !days.has(day)),
    })),
    totals: totals.rows.map((row) => ({
      currency: row.currency,
      ...numbersOf(metrics, row, totalsBefore.get(row.currency)),
    })),
    rows: found.rows.map((row) => rowAnswer(question, row, before.get(row.rowKey))),
    rowCount: found.rowCount,
  } as Performance;
};

/** The answer to a question about performance. */
export const readPerformance = (context: Context, options: PerformanceOptions = {}): Promise<Performance> =>
  answerOf(context, options);

/** What one answer may have in memory. */
const ALL_ROWS_AT_MOST = 200_000;

/** The same with all rows, or a refusal: never a part of them. */
export const readAllPerformance = (context: Context, options: PerformanceOptions = {}): Promise<Performance> =>
  answerOf(context, options, ALL_ROWS_AT_MOST);
