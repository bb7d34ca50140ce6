/**
 * What can be asked of Ad Performance: dimensions, filters, ranges and comparisons, and which level of X's entities answers a
 * question. Totals come from the campaigns, because that is what X bills; a filter below them narrows the totals, too.
 */
import { addDays, type Day, type DayRange, type Instant, parseDay } from './calendar.js';
import { countDays } from './day-ranges.js';
import type { AccountId } from './ids.js';
import { METRIC_IDS, type MetricId, PERFORMANCE_METRICS } from './performance-metrics.js';

/** From the campaign down; ads are promoted tweets and promoted accounts. */
export const PERFORMANCE_LEVELS = ['campaign', 'ad_group', 'ad'] as const;
export type PerformanceLevel = (typeof PERFORMANCE_LEVELS)[number];

/** Each dimension with the highest level that knows it, and its label. */
export const DIMENSIONS = {
  day: { level: 'campaign', label: 'Day' },
  week: { level: 'campaign', label: 'Week' },
  month: { level: 'campaign', label: 'Month' },
  account: { level: 'campaign', label: 'Account' },
  funding_instrument: { level: 'campaign', label: 'Funding source' },
  campaign: { level: 'campaign', label: 'Campaign' },
  objective: { level: 'campaign', label: 'Objective' },
  placement: { level: 'campaign', label: 'Placement' },
  /** Of the deepest entity of the question. */
  status: { level: 'campaign', label: 'Status' },
  currency: { level: 'campaign', label: 'Currency' },
  ad_group: { level: 'ad_group', label: 'Ad group' },
  ad: { level: 'ad', label: 'Ad' },
  utm_source: { level: 'ad', label: 'utm_source' },
  utm_medium: { level: 'ad', label: 'utm_medium' },
  utm_campaign: { level: 'ad', label: 'utm_campaign' },
  utm_term: { level: 'ad', label: 'utm_term' },
  utm_content: { level: 'ad', label: 'utm_content' },
  destination_host: { level: 'ad', label: 'Destination host' },
  destination_path: { level: 'ad', label: 'Destination path' },
} as const satisfies Readonly<Record<string, { readonly level: PerformanceLevel; readonly label: string }>>;
export type Dimension = keyof typeof DIMENSIONS;
export const DIMENSION_IDS = Object.keys(DIMENSIONS) as readonly Dimension[];

export const FILTERS = [
  'campaign',
  'ad_group',
  'ad',
  'objective',
  'status',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
] as const satisfies readonly Dimension[];
/** Any of the values; null is *without*. */
export type PerformanceFilters = Readonly<Partial<Record<(typeof FILTERS)[number], readonly (string | null)[]>>>;

export const COMPARISONS = ['previous_period', 'same_weekdays', 'previous_year'] as const;
export type ComparedPeriod = (typeof COMPARISONS)[number];

/** A question in its normal form: whoever asks the same, however written, has the same. */
export interface PerformanceQuestion {
  readonly accounts: readonly AccountId[];
  readonly range: DayRange;
  readonly groupBy: readonly Dimension[];
  readonly metrics: readonly MetricId[];
  readonly filters: PerformanceFilters;
  /** Contained in any name, whatever its case. */
  readonly text: string | null;
  readonly compare: ComparedPeriod | null;
  readonly asOf: Instant | null;
  /** `name`, a dimension of `groupBy` or a metric, with `-` before it for the largest first. */
  readonly orderBy: string;
  readonly limit: number;
  readonly offset: number;
}

const DEPTH = { campaign: 0, ad_group: 1, ad: 2 } as const;
export const isBelow = (a: PerformanceLevel, b: PerformanceLevel): boolean => DEPTH[a] > DEPTH[b];
const deepest = (dimensions: readonly Dimension[]): PerformanceLevel =>
  dimensions.reduce<PerformanceLevel>(
    (level, dimension) => (isBelow(DIMENSIONS[dimension].level, level) ? DIMENSIONS[dimension].level : level),
    'campaign',
  );

/**
 * Which level's numbers fill the rows, and which the totals. They differ where a grouping is below what the totals come from:
 * then what the rows lack is a row, too.
 */
export const levelsOf = ({
  groupBy,
  filters,
  text,
}: Pick<PerformanceQuestion, 'groupBy' | 'filters' | 'text'>): { rows: PerformanceLevel; totals: PerformanceLevel } => {
  const filtered = deepest(FILTERS.filter((name) => filters[name] !== undefined));
  const grouped = deepest(groupBy);
  const rows = isBelow(grouped, filtered) ? grouped : filtered;
  // Names and statuses are those of the deepest entity.
  return { rows, totals: text !== null || filters.status !== undefined ? rows : filtered };
};

/** How many days the compared period lies before the range. */
export const daysBefore = ({ from, to }: DayRange, compare: ComparedPeriod): number => {
  const days = countDays({ from, to });
  if (compare === 'previous_period') return days;
  if (compare === 'same_weekdays') return Math.ceil(days / 7) * 7;
  const year = Number(from.slice(0, 4)) - 1;
  const same = parseDay(`${year}${from.slice(4)}`) ?? (`${year}-02-28` as Day);
  return countDays({ from: same, to: from }) - 1;
};

export const periodBefore = (range: DayRange, days: number): DayRange => ({
  from: addDays(range.from, -days),
  to: addDays(range.to, -days),
});

/** Ranges in words, beside a number of days such as `30d`. Weeks begin on Monday. */
export const RANGES_IN_WORDS = [
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  '12m',
] as const;

const monthOf = (day: Day): Day => `${day.slice(0, 7)}-01` as Day;
const monthsBefore = (day: Day, months: number): Day => {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 - months;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01` as Day;
};
const mondayOf = (day: Day): Day => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

/** The days of a range in words, which end yesterday at the latest; undefined for other words. */
export const rangeInWords = (words: string, today: Day): DayRange | undefined => {
  const yesterday = addDays(today, -1);
  const until = (from: Day): DayRange => ({ from, to: from > yesterday ? from : yesterday });
  const days = /^([1-9]\d{0,3})d$/.exec(words)?.[1];
  if (days !== undefined) return { from: addDays(today, -Number(days)), to: yesterday };
  switch (words) {
    case 'yesterday':
      return { from: yesterday, to: yesterday };
    case 'this_week':
      return until(mondayOf(today));
    case 'last_week':
      return { from: addDays(mondayOf(today), -7), to: addDays(mondayOf(today), -1) };
    case 'this_month':
      return until(monthOf(today));
    case 'last_month':
      return { from: monthsBefore(today, 1), to: addDays(monthOf(today), -1) };
    case 'this_quarter':
      return until(monthsBefore(today, (Number(today.slice(5, 7)) - 1) % 3));
    case '12m':
      return { from: addDays(monthsBefore(today, 12), Number(today.slice(8)) - 1), to: yesterday };
    default:
      return undefined;
  }
};

/** A field of a question that cannot be answered, and why. */
export interface QuestionProblem {
  readonly field: string;
  readonly reason: string;
}

/** The values of a list: separated by commas, a comma within a value written `\\,`. */
export const listedValues = (list: string): readonly string[] =>
  list.split(/(?<!\\),/).map((value) => value.replaceAll('\\,', ','));

const MAX_DIMENSIONS = 3;
export const MAX_ROWS = 10_000;
const list = (ids: readonly string[]): string => ids.join(', ');

const isKnown = <T extends string>(ids: readonly T[], id: string): id is T => (ids as readonly string[]).includes(id);

/** What is wrong with dimensions, metrics, order and comparison; undefined where nothing is. */
export const questionProblem = ({
  groupBy,
  metrics,
  orderBy,
  compare,
}: {
  readonly groupBy: readonly string[];
  readonly metrics: readonly string[];
  readonly orderBy: string;
  readonly compare: string | null;
}): QuestionProblem | undefined => {
  const strange = groupBy.find((id) => !isKnown(DIMENSION_IDS, id));
  if (strange !== undefined)
    return { field: 'groupBy', reason: `There is no grouping "${strange}". Group by: ${list(DIMENSION_IDS)}.` };
  if (groupBy.length > MAX_DIMENSIONS || new Set(groupBy).size < groupBy.length)
    return { field: 'groupBy', reason: `Group by at most ${MAX_DIMENSIONS} different dimensions.` };
  const odd = metrics.find((id) => !isKnown(METRIC_IDS, id));
  if (odd !== undefined)
    return { field: 'metrics', reason: `There is no metric "${odd}". There are: ${list(METRIC_IDS)}.` };
  if (metrics.length === 0) return { field: 'metrics', reason: 'Name at least one metric.' };
  const by = orderBy.replace(/^-/, '');
  if (by !== 'name' && !groupBy.includes(by) && !Object.hasOwn(PERFORMANCE_METRICS, by))
    return {
      field: 'orderBy',
      reason: `Order by name, a metric, or what the rows are grouped by; "${by}" is neither.`,
    };
  if (compare !== null && !isKnown(COMPARISONS, compare))
    return { field: 'compare', reason: `Compare with one of: ${list(COMPARISONS)}.` };
  return undefined;
};
