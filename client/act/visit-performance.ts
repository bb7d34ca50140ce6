import { Big } from 'big.js';
import { type Dimension, levelsOf, type PerformanceQuestion } from '../../domain/performance.js';
import { type MetricId, type Summed, summedFor } from '../../domain/performance-metrics.js';
import type { PerformanceSums } from '../../domain/performance-values.js';
import { visitAccounts } from '../../store/people/performance-visits.js';
import { performanceRows } from '../../store/reports/performance.js';
import { type RestatedSums, restatedSums } from '../../store/reports/restated-sums.js';
import type { Context } from '../context.js';
import { NotPermitted } from '../errors.js';
import type { VisitOptions } from '../options.js';
import type { PerformanceRow } from '../performance-shapes.js';
import type { PerformanceVisit } from '../performance-visit-shapes.js';
import { askedAccounts, rowAnswer } from '../read/performance.js';
import { questionOf } from '../read/performance-question.js';

const DAYS_SHOWN = 200;

type RestatedRow = PerformanceVisit['rows'][number];

const before = (row: PerformanceSums, by: RestatedSums['sums']): PerformanceSums => ({
  ...row,
  sums: Object.fromEntries(
    Object.entries(row.sums).map(([name, sum]) => [name, new Big(sum).minus(by[name as Summed] ?? 0).toFixed()]),
  ),
});

/** Undefined where the values are the same: what changed is no part of them, or cancels out. */
const restatedRow = (row: PerformanceRow, metrics: readonly MetricId[]): RestatedRow | undefined => {
  const { key, names, kind, accountId, currency, values, compared = {} } = row;
  const moved = metrics.filter((id) => values[id] !== compared[id]);
  if (moved.length === 0) return undefined;
  const of = (from: PerformanceRow['values']) => Object.fromEntries(moved.map((id) => [id, from[id] ?? null]));
  const account = accountId === undefined ? {} : { accountId };
  return { key, names, kind, ...account, currency, was: of(compared), is: of(values) };
};

const restatedRows = async (
  { db, viewer }: Context,
  personId: string,
  question: PerformanceQuestion,
  groupBy: readonly Dimension[],
): Promise<readonly RestatedRow[]> => {
  const { accounts, range, metrics, filters, text } = question;
  const levels = levelsOf({ groupBy, filters, text });
  const numbers = { viewer, accounts, range, ...levels, groupBy, sums: summedFor(metrics), filters, text };
  const changes = new Map((await restatedSums(db, { ...numbers, personId })).map((row) => [row.rowKey, row.sums]));
  if (changes.size === 0) return [];
  const orderBy = groupBy[0] === 'day' ? '-day' : 'name';
  const { rows } = await performanceRows(db, { ...numbers, at: { kind: 'now' }, orderBy, only: [...changes.keys()] });
  return rows.flatMap((row) => {
    const was = before(row, changes.get(row.rowKey) ?? {});
    return restatedRow(rowAnswer({ groupBy, metrics }, row, was), metrics) ?? [];
  });
};

/** Notes that the member looks at the accounts of a question, and says what X has restated of its answer since they last did. */
export const visitPerformance = async (context: Context, options: VisitOptions = {}): Promise<PerformanceVisit> => {
  const { db, viewer } = context;
  if (viewer.kind !== 'member') throw new NotPermitted('Only a person of a workspace visits Ad Performance.');
  const { seen = false, ...asked } = options;
  const accounts = await askedAccounts(context, asked.accounts);
  const question = questionOf(asked, accounts, context.now());
  const since = await visitAccounts(db, viewer.personId, accounts, { seen });
  const [rows, totals, days] = await Promise.all(
    ([question.groupBy, [], ['day', 'campaign']] as const).map((groupBy) =>
      restatedRows(context, viewer.personId, question, groupBy),
    ),
  );
  const concerned = new Set(days?.map(({ accountId }) => accountId));
  const earliest = [...since].filter(([id]) => concerned.has(id)).map(([, at]) => at);
  return {
    since: earliest.toSorted()[0] ?? null,
    rows: rows ?? [],
    totals: (totals ?? []).map(({ currency, was, is }) => ({ currency, was, is })),
    days: (days ?? []).slice(0, DAYS_SHOWN),
    dayCount: days?.length ?? 0,
  };
};
