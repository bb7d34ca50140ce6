import { type Day, type DayRange, parseDay } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { countDays } from '../../domain/day-ranges.js';
import {
  type Dimension,
  FILTERS,
  MAX_ROWS,
  type PerformanceFilters,
  type PerformanceQuestion,
  questionProblem,
  RANGES_IN_WORDS,
  rangeInWords,
} from '../../domain/performance.js';
import { instantShape } from '../base-shapes.js';
import type { ReportedAccount } from '../../store/reports/performance-days.js';
import { InvalidQuestion, InvalidRange } from '../errors.js';
import type { PerformanceOptions } from '../options.js';
import { todayOf } from './today.js';

const USUAL_RANGE = '30d';
const USUAL_METRICS = ['spend', 'impressions', 'clicks', 'ctr', 'cpc'];
const USUAL_ROWS = 100;
/** More than three years are several questions. */
const MAX_DAYS = 1_100;
const TIMES: readonly string[] = ['day', 'week', 'month'];

const refuse = (field: string, reason: string): never => {
  throw new InvalidQuestion(reason, { fields: { [field]: reason } });
};
const refuseRange = (field: string, reason: string): never => {
  throw new InvalidRange(reason, { fields: { [field]: reason } });
};

/** A day that has ended for all accounts, or for us where there is none. */
const todayOfAll = (accounts: readonly ReportedAccount[], now: Date): Day =>
  accounts
    .filter(({ zones }) => zones.length > 0)
    .map((account) => todayOf(account, now))
    .toSorted()[0] ?? dayOf(now.toISOString(), 'UTC');

const dayAt = (field: string, text: string): Day =>
  parseDay(text) ??
  refuseRange(field, `"${text}" is not a day of the calendar; write it as YYYY-MM-DD, such as 2026-02-28.`);

const rangeOf = ({ from, to, last }: PerformanceOptions, accounts: readonly ReportedAccount[], now: Date): DayRange => {
  const today = todayOfAll(accounts, now);
  if (last !== undefined || from === undefined) {
    if (from !== undefined || (to !== undefined && last !== undefined))
      refuseRange('last', 'Give either a range in words or its first and last day.');
    if (to !== undefined) refuseRange('from', 'Give the first day, too.');
    return (
      rangeInWords(last ?? USUAL_RANGE, today) ??
      refuseRange('last', `There is no range "${last}". Write 7d, 30d, … or one of: ${RANGES_IN_WORDS.join(', ')}.`)
    );
  }
  const yesterday = rangeInWords('yesterday', today)?.to ?? today;
  const first = dayAt('from', from);
  const end = to === undefined ? (first > yesterday ? first : yesterday) : dayAt('to', to);
  if (end < first) refuseRange('to', `The range is reversed: ${first} is after ${end}. Give the earlier day first.`);
  return { from: first, to: end };
};

/** Ranges in which nothing can be: more days than are answered, in the future, or before the first day of the import. */
const checkDays = (range: DayRange, accounts: readonly ReportedAccount[], now: Date): DayRange => {
  const days = countDays(range);
  if (days > MAX_DAYS) refuseRange('from', `The range has ${days} days; at most ${MAX_DAYS} are answered at once.`);
  const today = accounts
    .map((account) => (account.zones.length === 0 ? '' : todayOf(account, now)))
    .toSorted()
    .at(-1);
  if (today !== undefined && today !== '' && range.from > today)
    refuseRange('from', `${range.from} is in the future; today is ${today}.`);
  const first = accounts
    .map(({ firstAsked }) => firstAsked)
    .filter((day) => day !== null)
    .toSorted()[0];
  if (first !== undefined && range.to < first)
    refuseRange('to', `The import begins on ${first}: there is nothing up to ${range.to}. Import earlier days first.`);
  return range;
};

const FIELD: Readonly<Record<(typeof FILTERS)[number], keyof PerformanceOptions>> = {
  campaign: 'campaign',
  ad_group: 'adGroup',
  ad: 'ad',
  objective: 'objective',
  status: 'status',
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_term: 'utmTerm',
  utm_content: 'utmContent',
};

const filtersOf = (options: PerformanceOptions): PerformanceFilters =>
  Object.fromEntries(
    FILTERS.flatMap((name) => {
      const given = options[FIELD[name]] as readonly string[] | undefined;
      return given === undefined ? [] : [[name, [...new Set(given)].map((value) => (value === '' ? null : value))]];
    }),
  );

const whole = (field: string, value: number | undefined, usual: number, most: number): number => {
  const number = value ?? usual;
  if (!Number.isInteger(number) || number < 0 || number > most)
    refuse(field, `${field} is a whole number from 0 to ${most}.`);
  return number;
};

/**
 * The question in its normal form.
 * @throws `InvalidQuestion`, `InvalidRange`
 */
export const questionOf = (
  options: PerformanceOptions,
  accounts: readonly ReportedAccount[],
  now: Date,
): PerformanceQuestion => {
  const groupBy = options.groupBy ?? [];
  const metrics = [...new Set(options.metrics ?? USUAL_METRICS)];
  const compare = options.compare || null;
  const orderBy = options.orderBy || groupBy.find((name) => TIMES.includes(name)) || '-spend';
  const problem = questionProblem({ groupBy, metrics, orderBy, compare });
  if (problem !== undefined) refuse(problem.field, problem.reason);
  const asOf = options.asOf || null;
  if (asOf !== null && !instantShape.safeParse(asOf).success)
    refuse('asOf', `"${asOf}" is not an instant; write it as 2026-02-28T10:00:00Z.`);
  return {
    accounts: accounts.map(({ id }) => id),
    range: checkDays(rangeOf(options, accounts, now), accounts, now),
    groupBy: groupBy as readonly Dimension[],
    metrics: metrics as PerformanceQuestion['metrics'],
    filters: filtersOf(options),
    text: options.text || null,
    compare: compare as PerformanceQuestion['compare'],
    asOf: asOf === null ? null : new Date(asOf).toISOString(),
    orderBy,
    limit: whole('limit', options.limit, USUAL_ROWS, MAX_ROWS),
    offset: whole('offset', options.offset, 0, Number.MAX_SAFE_INTEGER),
  };
};
