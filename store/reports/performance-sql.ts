import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Dimension, PerformanceFilters, PerformanceLevel } from '../../domain/performance.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import { SUMMED, type Summed } from '../../domain/performance-metrics.js';
import type { RollUpParts } from '../../domain/roll-up.js';
import type { Viewer } from '../../domain/viewer.js';
import { summedOf } from '../views.js';
import type { InAccounts } from './performance-entities.js';

/*
 * The parts of the statement that answers a question about performance: the numbers of a level, what is known of its
 * entities, and the columns that a question groups by.
 */

/** Which versions of the numbers. */
export type NumbersAt =
  | { readonly kind: 'now' }
  | { readonly kind: 'as_of'; readonly at: Instant }
  /** As of then, and where a number was first stored later, as it was first stored. */
  | { readonly kind: 'at_age'; readonly at: Instant };

export interface PerformanceNumbersQuery {
  readonly viewer: Viewer;
  readonly accounts: readonly AccountId[];
  readonly range: DayRange;
  readonly rows: PerformanceLevel;
  readonly totals: PerformanceLevel;
  readonly groupBy: readonly Dimension[];
  readonly sums: readonly Summed[];
  /** Whether a metric depends on the objective. Rows of entities say theirs in any case. (Default: true) */
  readonly byObjective?: boolean;
  readonly filters: PerformanceFilters;
  readonly text: string | null;
  readonly at: NumbersAt;
  /** Days are grouped as if they were so many days later: a compared period falls on the range. (Default: 0) */
  readonly shiftDays?: number;
}

/** Do whole stretches of days answer the question? A single day is in the facts alone, and a past moment in the versions. */
export const canUseRollUp = ({ at, groupBy }: PerformanceNumbersQuery): boolean =>
  at.kind === 'now' && !groupBy.includes('day') && !groupBy.includes('week');

/** The values of a statement, each by its `$n`. */
export class Values {
  readonly list: unknown[] = [];
  add(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

const LEVELS: Readonly<Record<PerformanceLevel, string>> = {
  campaign: `('CAMPAIGN')`,
  ad_group: `('LINE_ITEM')`,
  ad: `('PROMOTED_TWEET', 'PROMOTED_ACCOUNT')`,
};

/** Dimensions of a row of numbers itself, as dates; the others are known of its entity. */
const TIMES: Readonly<Partial<Record<Dimension, (day: string) => string>>> = {
  day: (day) => day,
  week: (day) => `date_trunc('week', ${day}::timestamp)::date`,
  month: (day) => `date_trunc('month', ${day}::timestamp)::date`,
};
const isOfRow = (dimension: Dimension): boolean => dimension in TIMES || dimension === 'placement';

/** Sums, in the order of the question: `s0`, `s1`, … */
export const sumColumns = (sums: readonly Summed[], of: (column: string) => string = (column) => column): string =>
  sums.map((_, i) => `${of(`s${i}`)} as s${i}`).join(', ');

const versions = ({ at }: PerformanceNumbersQuery, values: Values, where: string): string => {
  if (at.kind === 'now') return `select * from importer.facts f where ${where}`;
  const moment = `${values.add(at.at)}::timestamptz`;
  if (at.kind === 'as_of') return `select * from importer.as_of(${moment}) f where ${where}`;
  const columns = `account_id, level, entity_id, placement, day, receipt_id, observed_at, ${NAMED_METRICS.join(', ')}, more`;
  return `select distinct on (account_id, level, entity_id, placement, day) * from (
      select ${columns} from importer.facts f where ${where}
      union all
      select ${columns} from importer.fact_versions f where ${where} and f.superseded_at > ${moment}
    ) as f order by account_id, level, entity_id, placement, day, observed_at`;
};

/** What of each row is added up: `m0`, `m1`, … */
const metricsOf = (sums: readonly Summed[], sign: '' | '-' = ''): string =>
  sums.map((name, i) => `${sign}${summedOf(name)} as m${i}`).join(', ');
const rolledUpOf = (sums: readonly Summed[], sign: '' | '-'): string =>
  sums.map((name, i) => `${sign}f.sums[${SUMMED.indexOf(name) + 1}] as m${i}`).join(', ');

/** A single day is found in the index more quickly than a range that has one. */
const inRange = (column: string, { from, to }: DayRange, values: Values): string =>
  from === to
    ? `${column} = ${values.add(from)}::date`
    : `${column} between ${values.add(from)}::date and ${values.add(to)}::date`;
const dayIn = (column: string, ranges: readonly DayRange[], values: Values): string =>
  `(${ranges.map((range) => inRange(column, range, values)).join(' or ')})`;

/** What is to be added up: facts, and where it may be, sums of the roll-up in place of most of them. */
const addends = (query: PerformanceNumbersQuery, parts: RollUpParts, values: Values, of: string): string => {
  const { sums } = query;
  const key = 'f.account_id, f.level, f.entity_id, f.placement';
  const factsOf = (days: readonly DayRange[], sign: '' | '-'): readonly string[] =>
    days.length === 0
      ? []
      : [
          `select ${key}, f.day, ${sign}1 as facts, ${metricsOf(sums, sign)}
           from (${versions(query, values, `${of} and ${dayIn('f.day', days, values)}`)}) as f`,
        ];
  const sumsThrough = (days: readonly Day[], sign: '' | '-'): readonly string[] =>
    days.length === 0
      ? []
      : [
          `select ${key}, f.through, ${sign}f.facts, ${rolledUpOf(sums, sign)} from importer.rolled_up f
           where ${of} and f.through = any(${values.add(days)}::date[])`,
        ];
  return [
    ...factsOf(parts.facts, ''),
    ...factsOf(parts.factsSubtracted, '-'),
    ...sumsThrough(parts.added, ''),
    ...sumsThrough(parts.subtracted, '-'),
  ].join(' union all ');
};

export interface NumbersTerms {
  readonly inAccounts: InAccounts;
  readonly parts: RollUpParts;
  readonly values: Values;
}

/**
 * The numbers of a level, added up over the days and placements that the question does not tell apart. X gives each ad of a
 * shared tweet the numbers of all of them (docs/x-ads-api.md §10.3): of such ads, the one that was read last counts, once.
 */
export const numbersOf = (
  query: PerformanceNumbersQuery,
  level: PerformanceLevel,
  { inAccounts, parts, values }: NumbersTerms,
): string => {
  const { range, groupBy, sums, shiftDays = 0 } = query;
  const own = groupBy.filter(isOfRow);
  const shifted = shiftDays !== 0 && own.some((name) => name in TIMES);
  const day = shifted ? `(f.day + ${values.add(shiftDays)}::int)` : 'f.day';
  const keys = own.map((name) => `${TIMES[name]?.(day) ?? 'f.placement'} as ${name}`);
  // By day there is next to nothing to add up before it is known of which entities the rows are.
  const byDay = groupBy.includes('day');
  const summed = sums.map((_, i) => `${byDay ? `f.m${i}` : `coalesce(sum(f.m${i}), 0)`} as s${i}`);
  const select = ['f.account_id', 'f.level', 'f.entity_id', ...keys, ...summed].join(', ');
  const by = byDay ? '' : `group by ${Array.from({ length: 3 + own.length }, (_, i) => i + 1).join(', ')}`;
  const of = `${inAccounts('f.account_id')} and f.level in ${LEVELS[level]}`;
  // Sums through two days are the same where the entity had nothing in between.
  const added = (where: string): string =>
    `select ${select} from (${addends(query, parts, values, where)}) as f ${by} ${byDay ? '' : 'having sum(f.facts) > 0'}`;
  if (level !== 'ad') return added(of);
  const isSharing = `(f.account_id, f.level, f.entity_id) in (select account_id, level, entity_id from sharing)`;
  const together = versions(query, values, `${of} and ${isSharing} and ${dayIn('f.day', [range], values)}`);
  return `${added(`${of} and not (${isSharing})`)}
    union all
    select ${select} from (
      select distinct on (f.account_id, s.tweet_id, f.placement, f.day) f.account_id, f.level, s.first_ad as entity_id,
        f.placement, f.day, ${metricsOf(sums)}
      from (${together}) as f join sharing s using (account_id, level, entity_id)
      order by f.account_id, s.tweet_id, f.placement, f.day, f.observed_at desc, f.entity_id
    ) as f ${by}`;
};

const OWN: Readonly<Partial<Record<Dimension, PerformanceLevel>>> = {
  campaign: 'campaign',
  ad_group: 'ad_group',
  ad: 'ad',
};

/** Is each row of the numbers of a level a group of its own? */
export const isEntityByEntity = (
  query: PerformanceNumbersQuery,
  groupBy: readonly Dimension[],
  level: PerformanceLevel,
): boolean => !query.groupBy.some(isOfRow) && groupBy.some((dimension) => OWN[dimension] === level);

/** The column of a dimension, over numbers `n` and what is known `k` of their entities, which may be nothing. */
export const columnOf = (dimension: Dimension, level: PerformanceLevel): string => {
  if (isOfRow(dimension)) return `n.${dimension}`;
  if (dimension === 'account') return 'n.account_id';
  return OWN[dimension] === level ? `coalesce(k.${dimension}, n.entity_id)` : `k.${dimension}`;
};

/** A column of a dimension as the text that is answered. */
export const textOf = (dimension: Dimension, column: string): string =>
  dimension === 'month' ? `to_char(${column}, 'YYYY-MM')` : dimension in TIMES ? `${column}::text` : column;

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

/** The filters that a level can answer, as conditions. */
export const conditionsOf = (
  { filters, text }: Pick<PerformanceNumbersQuery, 'filters' | 'text'>,
  level: PerformanceLevel,
  can: (dimension: Dimension) => boolean,
  values: Values,
): readonly string[] => [
  ...Object.entries(filters).flatMap(([name, wanted]) => {
    if (!can(name as Dimension)) return [];
    const column = columnOf(name as Dimension, level);
    const given = wanted.filter((value) => value !== null);
    const any = given.length === 0 ? [] : [`${column} = any(${values.add(given)}::text[])`];
    return `(${[...any, ...(given.length < wanted.length ? [`${column} is null`] : [])].join(' or ') || 'false'})`;
  }),
  ...(text === null ? [] : [`k.names ilike ${values.add(`%${escaped(text)}%`)}`]),
];
