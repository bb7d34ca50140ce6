import { NAMED_METRICS } from '../../domain/metrics.js';
import type { ExactSum } from '../../domain/money.js';
import { type Dimension, DIMENSIONS, isBelow, type PerformanceLevel } from '../../domain/performance.js';
import type { Summed } from '../../domain/performance-metrics.js';
import type { Queryable } from '../pool.js';
import { type InAccounts, knownOf } from './performance-entities.js';
import { columnOf, conditionsOf, type PerformanceNumbersQuery, sumColumns, Values } from './performance-sql.js';

/*
 * By how much the rows of a question have changed since a person's last visit. What was restated is entity-days of which
 * another number was stored then, or none on a day that was complete; a day that was imported since is no restatement.
 */

export interface RestatedSumsQuery extends Omit<PerformanceNumbersQuery, 'at' | 'shiftDays'> {
  readonly personId: string;
}

const LEVELS: Readonly<Record<PerformanceLevel, string>> = {
  campaign: `('CAMPAIGN')`,
  ad_group: `('LINE_ITEM')`,
  ad: `('PROMOTED_TWEET', 'PROMOTED_ACCOUNT')`,
};
/** Entities are known within their account. */
const ENTITIES: ReadonlySet<Dimension> = new Set(['account', 'funding_instrument', 'campaign', 'ad_group', 'ad']);
const KEY = ['account_id', 'level', 'entity_id', 'placement', 'day'];
const keyOf = (alias: string): string => KEY.map((column) => `${alias}.${column}`).join(', ');

const NAMED: ReadonlySet<string> = new Set(NAMED_METRICS);
const sumsOf = (alias: string, sums: readonly Summed[]): string =>
  sums
    .map((name, i) =>
      NAMED.has(name) ? `${alias}.${name} as s${i}` : `coalesce((${alias}.more ->> '${name}')::numeric, 0) as s${i}`,
    )
    .join(', ');

/** What had landed when the visit before ended, and what has landed since. */
const landed = (person: string): string => `
  visits as materialized (
    select v.* from app.performance_visits v join seen on seen.id = v.account_id where v.person_id = ${person}::uuid
  ),
  news as materialized (
    select r.id, r.rows_changed + r.rows_zeroed > 0 as changed
    from importer.receipts r join visits v using (account_id)
    where r.id >= (select min(least(before_receipt, (select min(i) from unnest(before_open) as i))) from visits)
      and (r.id > v.before_receipt or r.id = any(v.before_open))
  )`;
const hadLanded = (alias: string): string =>
  `${alias}.receipt_id <= v.before_receipt and ${alias}.receipt_id <> all(v.before_open)`;
const isSame = (alias: string): string => KEY.map((column) => `${alias}.${column} = k.${column}`).join(' and ');

/** Numbers of now with the sign +, and those of then with -, of what was restated at a level. */
const sidesOf = (query: RestatedSumsQuery, level: PerformanceLevel, values: Values): string => {
  const { range, sums } = query;
  const where = `f.level in ${LEVELS[level]} and f.day between ${values.add(range.from)}::date and ${values.add(range.to)}::date`;
  // An ad of a shared tweet stands for all of them: which one counts depends on the others, too.
  const together =
    level === 'ad'
      ? `union select ${keyOf('f')} from touched t join sharing s using (account_id, tweet_id)
         join sharing o on o.account_id = s.account_id and o.tweet_id = s.tweet_id
         join importer.facts f on (f.account_id, f.level, f.entity_id, f.placement, f.day) =
           (o.account_id, o.level, o.entity_id, t.placement, t.day)`
      : '';
  const of = level === 'ad' ? 'coalesce(h.tweet_id, f.entity_id)' : 'f.entity_id';
  const shared = level === 'ad' ? 'left join sharing h using (account_id, level, entity_id)' : '';
  return `touched_${level} as materialized (
      select ${keyOf('f')} from importer.facts f join visits v using (account_id) join news n on n.id = f.receipt_id
      where ${where} and (n.changed or v.before_days @> f.day)
    ),
    ${level === 'ad' ? `touched as materialized (select distinct account_id, s.tweet_id, placement, day from touched_ad join sharing s using (account_id, level, entity_id)),` : ''}
    moved_${level} as materialized (select ${keyOf('f')} from touched_${level} f ${together}),
    sides_${level} as materialized (
      select distinct on (f.account_id, f.level, f.placement, f.day, sign, ${of})
        f.account_id, f.level, ${level === 'ad' ? 'coalesce(h.first_ad, f.entity_id)' : 'f.entity_id'} as entity_id, f.placement,
        f.day::text as day, date_trunc('week', f.day::timestamp)::date::text as week, to_char(f.day, 'YYYY-MM') as month,
        ${sumColumns(sums, (column) => `sign * f.${column}`)}
      from (
        select ${keyOf('k')}, 1 as sign, f.observed_at, ${sumsOf('f', sums)}
        from moved_${level} k join importer.facts f using (${KEY.join(', ')})
        join visits v on v.account_id = k.account_id
        where v.before_days @> k.day or exists (select from importer.fact_versions o where ${isSame('o')} and ${hadLanded('o')})
          or ${hadLanded('f')}
        union all
        select ${keyOf('k')}, -1, o.observed_at, ${sumColumns(sums, (column) => `o.${column}`)}
        from moved_${level} k join visits v on v.account_id = k.account_id
        cross join lateral (
          select o.observed_at, ${sumsOf('o', sums)} from importer.facts o where ${isSame('o')} and ${hadLanded('o')}
          union all
          (select o.observed_at, ${sumsOf('o', sums)} from importer.fact_versions o where ${isSame('o')} and ${hadLanded('o')}
          order by o.observed_at desc limit 1)
        ) as o
      ) as f ${shared}
      order by f.account_id, f.level, f.placement, f.day, sign, ${of}, f.observed_at desc, f.entity_id
    )`;
};

/** As the rows of a question are added up from one level. */
const addedUp = (
  query: RestatedSumsQuery,
  level: PerformanceLevel,
  dimensions: readonly Dimension[],
  values: Values,
): string => {
  const { groupBy, rows, totals, sums } = query;
  const keys = groupBy.map(
    (dimension, i) => `${dimensions.includes(dimension) ? columnOf(dimension, level) : 'null::text'} as k${i}`,
  );
  const account = dimensions.some((dimension) => ENTITIES.has(dimension)) ? 'n.account_id' : 'null::text';
  const attributed =
    rows === totals || level === totals
      ? []
      : ['k.currency is not null', ...upperOf(query).map((dimension) => `${columnOf(dimension, level)} is not null`)];
  const can = (dimension: Dimension): boolean => !isBelow(DIMENSIONS[dimension].level, level);
  const conditions = [...conditionsOf(query, level, can, values), ...attributed];
  return `select ${[...keys, `${account} as account`].join(', ')}, k.currency, ${sumColumns(sums, (column) => `sum(n.${column})`)}
    from sides_${level} n left join known_${level} k using (account_id, level, entity_id)
    ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
    group by ${Array.from({ length: keys.length + 2 }, (_, i) => i + 1).join(', ')}`;
};

/** What the totals' level knows, too. The status is that of the deepest entity. */
const upperOf = ({ groupBy, rows, totals }: RestatedSumsQuery): readonly Dimension[] =>
  groupBy.filter(
    (dimension) => !isBelow(DIMENSIONS[dimension].level, totals) && (dimension !== 'status' || rows === totals),
  );

/** What is left of the totals has changed by what they have changed and the rows have not. */
const remainder = (query: RestatedSumsQuery, values: Values): string => {
  const { groupBy, totals, sums } = query;
  const upper = upperOf(query);
  const keys = groupBy.map((dimension, i) => (upper.includes(dimension) ? `k${i}` : `null::text as k${i}`));
  const account = upper.some((dimension) => ENTITIES.has(dimension)) ? 'account' : 'null::text as account';
  const head = [...keys, account, 'currency'].join(', ');
  const by = [...groupBy.map((_, i) => `k${i}`), 'account', 'currency'].join(', ');
  return `select ${by}, true as remainder, ${sumColumns(sums, (column) => `sum(${column})`)}
    from (
      select ${head}, ${sumColumns(sums)} from (${addedUp(query, totals, upper, values)}) as whole
      union all
      select ${head}, ${sumColumns(sums, (column) => `-${column}`)} from attributed
    ) as part group by ${by}`;
};

const inAccounts: InAccounts = (column) => `${column} in (select id from seen)`;

export interface RestatedSums {
  /** As of the rows of the question. */
  readonly rowKey: string;
  /** What is to be added to the sums of then to have those of now. */
  readonly sums: Readonly<Partial<Record<Summed, ExactSum>>>;
}

/** The rows of the question in which a sum is another than when the person's visit before ended. */
export const restatedSums = async (db: Queryable, query: RestatedSumsQuery): Promise<readonly RestatedSums[]> => {
  const { rows: level, totals, groupBy, sums } = query;
  const values = new Values();
  const viewer = values.add(query.viewer);
  const accounts = values.add(query.accounts);
  const levels = level === totals ? [level] : [level, totals];
  const needed = new Set([...groupBy, ...Object.keys(query.filters), ...(query.text === null ? [] : ['names'])]);
  const key = [...groupBy.map((_, i) => `r.k${i}`), 'r.account', 'r.currency', 'r.remainder'].join(', ');
  const { rows } = await db.query<{ rowKey: string; sums: readonly ExactSum[] }>(
    `with ${[
      `seen as materialized (select id from importer.visible_accounts(${viewer}) where id = any(${accounts}::text[]))`,
      landed(values.add(query.personId)),
      ...knownOf(levels, needed, inAccounts),
      ...levels.map((each) => sidesOf(query, each, values)),
      `attributed as materialized (${addedUp(query, level, groupBy, values)})`,
      `r as (
        select ${[...groupBy.map((_, i) => `k${i}`), 'account', 'currency'].join(', ')}, false as remainder, ${sumColumns(sums)}
        from attributed ${level === totals ? '' : `union all (${remainder(query, values)})`})`,
    ].join(',\n')}
     select jsonb_build_array(${key})::text as "rowKey", array[${sums.map((_, i) => `trim_scale(r.s${i})::text`).join(', ')}] as sums
     from r where ${sums.map((_, i) => `r.s${i} <> 0`).join(' or ')}`,
    values.list,
  );
  return rows.map((row) => ({
    rowKey: row.rowKey,
    sums: Object.fromEntries(sums.map((name, i) => [name, row.sums[i] ?? '0'])),
  }));
};
