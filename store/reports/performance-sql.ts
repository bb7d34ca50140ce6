import type { DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Dimension, PerformanceFilters, PerformanceLevel } from '../../domain/performance.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import type { Summed } from '../../domain/performance-metrics.js';
import type { Viewer } from '../../domain/viewer.js';

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
  readonly filters: PerformanceFilters;
  readonly text: string | null;
  readonly at: NumbersAt;
  /** Days are grouped as if they were so many days later: a compared period falls on the range. (Default: 0) */
  readonly shiftDays?: number;
}

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

const NAMED: ReadonlySet<string> = new Set(NAMED_METRICS);
const stored = (name: Summed): string =>
  NAMED.has(name) ? `f.${name}` : `coalesce((f.more ->> '${name}')::numeric, 0)`;

/** Dimensions of a row of numbers itself; the others are known of its entity. */
const TIMES: Readonly<Partial<Record<Dimension, (day: string) => string>>> = {
  day: (day) => `${day}::text`,
  week: (day) => `date_trunc('week', ${day}::timestamp)::date::text`,
  month: (day) => `to_char(${day}, 'YYYY-MM')`,
};
const isOfRow = (dimension: Dimension): boolean => dimension in TIMES || dimension === 'placement';

/** Sums, in the order of the question: `s0`, `s1`, … */
export const sumColumns = (sums: readonly Summed[], of: (column: string) => string = (column) => column): string =>
  sums.map((_, i) => `${of(`s${i}`)} as s${i}`).join(', ');

const versions = ({ at }: PerformanceNumbersQuery, values: Values, where: (alias: string) => string): string => {
  if (at.kind === 'now') return `select * from importer.facts f where ${where('f')}`;
  const moment = `${values.add(at.at)}::timestamptz`;
  if (at.kind === 'as_of') return `select * from importer.as_of(${moment}) f where ${where('f')}`;
  const columns = `account_id, level, entity_id, placement, day, receipt_id, observed_at, ${NAMED_METRICS.join(', ')}, more`;
  return `select distinct on (account_id, level, entity_id, placement, day) * from (
      select ${columns} from importer.facts f where ${where('f')}
      union all
      select ${columns} from importer.fact_versions f where ${where('f')} and f.superseded_at > ${moment}
    ) as f order by account_id, level, entity_id, placement, day, observed_at`;
};

/**
 * The numbers of a level, added up over the days and placements that the question does not tell apart. X gives each ad of a
 * shared tweet the numbers of all of them (docs/x-ads-api.md §10.3): of such ads, the one that was read last counts, once.
 */
export const numbersOf = (query: PerformanceNumbersQuery, level: PerformanceLevel, values: Values): string => {
  const { range, groupBy, sums, shiftDays = 0 } = query;
  const from = `${values.add(range.from)}::date`;
  const to = `${values.add(range.to)}::date`;
  const own = groupBy.filter(isOfRow);
  const shifted = shiftDays !== 0 && own.some((name) => name in TIMES);
  const day = shifted ? `(f.day + ${values.add(shiftDays)}::int)` : 'f.day';
  const keys = own.map((name) => `${TIMES[name]?.(day) ?? 'f.placement'} as ${name}`);
  const select = (entity: string): string =>
    [
      'f.account_id',
      'f.level',
      `${entity} as entity_id`,
      ...keys,
      ...sums.map((n, i) => `sum(${stored(n)}) as s${i}`),
    ].join(', ');
  const by = Array.from({ length: 3 + own.length }, (_, i) => i + 1).join(', ');
  const where = (alias: string): string =>
    `${alias}.account_id in (select id from seen) and ${alias}.level in ${LEVELS[level]} and ${alias}.day between ${from} and ${to}`;
  if (level !== 'ad')
    return `select ${select('f.entity_id')} from (${versions(query, values, where)}) as f group by ${by}`;
  const alone = (alias: string): string =>
    `${where(alias)} and not ((${alias}.account_id, ${alias}.level, ${alias}.entity_id) in (select account_id, level, entity_id from sharing))`;
  const together = (alias: string): string =>
    `${where(alias)} and (${alias}.account_id, ${alias}.level, ${alias}.entity_id) in (select account_id, level, entity_id from sharing)`;
  return `select ${select('f.entity_id')} from (${versions(query, values, alone)}) as f group by ${by}
    union all
    select ${select('f.first_ad')} from (
      select distinct on (f.account_id, s.tweet_id, f.placement, f.day) f.*, s.first_ad
      from (${versions(query, values, together)}) as f join sharing s using (account_id, level, entity_id)
      order by f.account_id, s.tweet_id, f.placement, f.day, f.observed_at desc, f.entity_id
    ) as f group by ${by}`;
};

const statusOf = (alias: string): string => `case when ${alias}.deleted then 'DELETED' else ${alias}.status end`;
/** The value that all of a group have; null where they differ, or one has none. */
const agreed = (column: string): string =>
  `case when count(*) = count(${column}) and min(${column}) = max(${column}) then min(${column}) end`;
const UTM = ['source', 'medium', 'campaign', 'term', 'content'].map((name) => `utm_${name}`);
const HOST = `lower(substring(a.destination_url from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)'))`;
const PATH = `case when a.destination_url ~ '^[A-Za-z][A-Za-z0-9+.-]*://' then
  coalesce(nullif(substring(a.destination_url from '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)'), ''), '/') end`;

/** What is known of the entities of the accounts: above each, and of an ad where it leads. */
export const KNOWN: Readonly<Record<'always' | PerformanceLevel, string>> = {
  always: `
  objectives as materialized (
    select account_id, campaign_id, ${agreed('objective')} as objective from importer.entities
    where account_id in (select id from seen) and level = 'LINE_ITEM' group by 1, 2
  ),
  parents as materialized (
    select p.*, o.objective, ${statusOf('e')} as status
    from importer.entity_parents p
    join importer.entities e using (account_id, level, entity_id)
    left join objectives o on o.account_id = p.account_id and o.campaign_id = p.campaign_id
    where p.account_id in (select id from seen)
  )`,
  campaign: `
  known_campaign as materialized (
    select account_id, level, entity_id, currency, funding_instrument_id as funding_instrument, campaign_id as campaign,
      objective, status, false as shared, name as names
    from parents where level = 'CAMPAIGN'
  )`,
  ad_group: `
  known_ad_group as materialized (
    select p.account_id, p.level, p.entity_id, p.currency, p.funding_instrument_id as funding_instrument,
      p.campaign_id as campaign, p.objective, p.status, false as shared, p.entity_id as ad_group,
      concat_ws(' ', p.name, c.name) as names
    from parents p
    left join parents c on c.account_id = p.account_id and c.level = 'CAMPAIGN' and c.entity_id = p.campaign_id
    where p.level = 'LINE_ITEM'
  )`,
  ad: `
  sharing as materialized (
    select account_id, level, entity_id, tweet_id, min(entity_id) over (partition by account_id, tweet_id) as first_ad
    from parents where level = 'PROMOTED_TWEET' and shared_tweet
  ),
  known_ad as materialized (
    select p.account_id, p.level, coalesce(s.first_ad, p.entity_id) as entity_id, ${agreed('p.currency')} as currency,
      ${agreed('p.funding_instrument_id')} as funding_instrument, ${agreed('p.campaign_id')} as campaign,
      ${agreed('p.objective')} as objective, ${agreed('p.status')} as status, count(*) > 1 as shared,
      ${agreed('p.line_item_id')} as ad_group, coalesce(s.first_ad, p.entity_id) as ad,
      ${UTM.map((name) => `min(a.utm ->> '${name}') as ${name}`).join(', ')},
      min(${HOST}) as destination_host, min(${PATH}) as destination_path,
      concat_ws(' ', min(a.ad_text), ${agreed('a.ad_group_name')}, ${agreed('a.campaign_name')}) as names
    from parents p
    join importer.ads a on a.account_id = p.account_id and a.level = p.level and a.ad_id = p.entity_id
    left join sharing s on s.account_id = p.account_id and s.level = p.level and s.entity_id = p.entity_id
    group by 1, 2, 3
  )`,
};

const OWN: Readonly<Partial<Record<Dimension, PerformanceLevel>>> = {
  campaign: 'campaign',
  ad_group: 'ad_group',
  ad: 'ad',
};

/** The column of a dimension, over numbers `n` and what is known `k` of their entities, which may be nothing. */
export const columnOf = (dimension: Dimension, level: PerformanceLevel): string => {
  if (isOfRow(dimension)) return `n.${dimension}`;
  if (dimension === 'account') return 'n.account_id';
  return OWN[dimension] === level ? `coalesce(k.${dimension}, n.entity_id)` : `k.${dimension}`;
};

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
