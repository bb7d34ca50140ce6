import type { Dimension, PerformanceLevel } from '../../domain/performance.js';
import { DIMENSIONS, isBelow } from '../../domain/performance.js';
import {
  metricOf,
  type MetricId,
  type PerformanceMetric,
  PERFORMANCE_METRICS,
  RESULTS,
  type Summed,
} from '../../domain/performance-metrics.js';
import type { ExactSum } from '../../domain/money.js';
import type { AccountId } from '../../domain/ids.js';
import type { PerformanceSums } from '../../domain/performance-values.js';
import { factsAlone, rollUpParts } from '../../domain/roll-up.js';
import { notRolledUp } from '../facts/roll-up.js';
import type { Db, Queryable } from '../pool.js';
import { type InAccounts, knownOf } from './performance-entities.js';
import {
  canUseRollUp,
  columnOf,
  conditionsOf,
  isEntityByEntity,
  numbersOf,
  type PerformanceNumbersQuery,
  sumColumns,
  textOf,
  Values,
} from './performance-sql.js';

export interface PerformanceRowsQuery extends PerformanceNumbersQuery {
  /** As in the question. */
  readonly orderBy: string;
  /** (Default: all rows) */
  readonly limit?: number | undefined;
  readonly offset?: number;
  /** Only the rows with these `rowKey`s. (Default: all rows) */
  readonly only?: readonly string[];
}

/** A row of the answer, in sums. */
export interface PerformanceSumsRow extends PerformanceSums {
  /** Identifies the row among those of the question. */
  readonly rowKey: string;
  /** In the order of `groupBy`; null where there is none, or the row is a remainder. */
  readonly keys: readonly (string | null)[];
  readonly names: readonly (string | null)[];
  /** Of the entities in the key. */
  readonly accountId: AccountId | null;
  readonly currency: string | null;
  /** Its numbers are those of all ads of a tweet. */
  readonly shared: boolean;
}

export interface PerformanceRows {
  readonly rows: readonly PerformanceSumsRow[];
  /** Of all pages. */
  readonly rowCount: number;
}

/** Entities are known within their account. */
const ENTITIES: ReadonlySet<Dimension> = new Set(['account', 'funding_instrument', 'campaign', 'ad_group', 'ad']);
const NAMES: Readonly<Partial<Record<Dimension, (key: string) => string>>> = {
  account: (key) => `(select a.name from importer.accounts a where a.id = ${key})`,
  funding_instrument: (key) => entityName('FUNDING_INSTRUMENT', key),
  campaign: (key) => entityName('CAMPAIGN', key),
  ad_group: (key) => entityName('LINE_ITEM', key),
  ad: (key) => `(select coalesce((select coalesce(t.full_text, t.name) from importer.tweets t
      where t.account_id = e.account_id and t.tweet_id = e.tweet_id), e.name) from importer.entities e
    where e.account_id = r.account and e.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT') and e.entity_id = ${key} limit 1)`,
};
const entityName = (level: string, key: string): string =>
  `(select e.name from importer.entities e where e.account_id = r.account and e.level = '${level}' and e.entity_id = ${key})`;

/** The rows of one level, added up by the dimensions. */
const addedUp = (
  query: PerformanceNumbersQuery,
  level: PerformanceLevel,
  groupBy: readonly Dimension[],
  values: Values,
): string => {
  const upper = upperOf(query);
  const keys = query.groupBy.map(
    (dimension, i) =>
      `${groupBy.includes(dimension) ? textOf(dimension, columnOf(dimension, level)) : 'null::text'} as k${i}`,
  );
  const ofEntities = groupBy.some((dimension) => ENTITIES.has(dimension));
  const by = [...groupBy.map((dimension) => columnOf(dimension, level)), ...(ofEntities ? ['n.account_id'] : [])];
  // Only what a campaign has can be compared with it: what X does not attribute to one campaign is part of the remainder.
  const attributed =
    query.rows === query.totals || level === query.totals
      ? []
      : ['k.currency is not null', ...upper.map((dimension) => `${columnOf(dimension, level)} is not null`)];
  const can = (dimension: Dimension): boolean => !isBelow(DIMENSIONS[dimension].level, level);
  const conditions = [...conditionsOf(query, level, can, values), ...attributed];
  // Comparing what is equal in all rows takes time, too.
  const same = [
    'entity_id',
    ...(level === 'ad' ? ['level'] : []),
    ...(query.accounts.length === 1 ? [] : ['account_id']),
  ]
    .map((column) => `k.${column} = n.${column}`)
    .join(' and ');
  // Of one entity the numbers are added up already.
  const isOfOne = isEntityByEntity(query, groupBy, level);
  const of = (aggregate: string, column: string): string => (isOfOne ? column : `${aggregate}(${column})`);
  // Of rows that are of no entity it takes time to compare the objectives.
  const tellsObjective = query.byObjective !== false || ofEntities || groupBy.includes('objective');
  const objectives = ['min', 'max'].map((each) => (tellsObjective ? of(each, "coalesce(k.objective, '')") : `''`));
  return `select ${[...keys, `${ofEntities ? 'n.account_id' : 'null::text'} as account`].join(', ')}, k.currency,
      ${objectives[0]} as objective, ${objectives[1]} as last_objective,
      ${level === 'ad' ? `coalesce(${of('bool_or', 'k.shared')}, false)` : 'false'} as shared, false as remainder,
      ${sumColumns(query.sums, (column) => of('sum', `n.${column}`))}
    from numbers_${level} n left join known_${level} k on ${same}
    ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
    ${isOfOne ? '' : `group by ${[...by, 'k.currency'].join(', ')}`}`;
};

/** What the totals' level knows, too. The status is that of the deepest entity. */
const upperOf = ({ groupBy, rows, totals }: PerformanceNumbersQuery): readonly Dimension[] =>
  groupBy.filter(
    (dimension) => !isBelow(DIMENSIONS[dimension].level, totals) && (dimension !== 'status' || rows === totals),
  );

/** What is left of the totals, by what their level knows of the grouping: with it the rows add up. */
const remainder = (query: PerformanceNumbersQuery, values: Values): string => {
  const upper = upperOf(query);
  const keys = query.groupBy.map((dimension, i) => (upper.includes(dimension) ? `k${i}` : `null::text as k${i}`));
  const account = upper.some((dimension) => ENTITIES.has(dimension)) ? 'account' : 'null::text as account';
  const head = [...keys, account, 'currency'].join(', ');
  return `select ${query.groupBy.map((_, i) => `k${i}, `).join('')}account, currency, min(objective), max(last_objective),
      false as shared, true as remainder, ${sumColumns(query.sums, (column) => `sum(${column})`)}
    from (
      select ${head}, objective, last_objective, ${sumColumns(query.sums)}
      from (${addedUp(query, query.totals, upper, values)}) as whole
      union all
      select ${head}, null, null, ${sumColumns(query.sums, (column) => `-${column}`)} from attributed
    ) as part
    group by ${query.groupBy.map((_, i) => `k${i}, `).join('')}account, currency
    having ${query.sums.map((_, i) => `sum(s${i}) <> 0`).join(' or ')}`;
};

const added = (names: readonly Summed[], sums: readonly Summed[]): string =>
  names.map((name) => `r.s${sums.indexOf(name)}`).join(' + ');

/** The value of a metric as SQL, to order by: the answer is computed in `domain/performance-values.ts`. */
const ordering = (id: MetricId, sums: readonly Summed[]): string => {
  const { numerator, denominator }: PerformanceMetric = metricOf(id);
  const sqlOf = (part: NonNullable<PerformanceMetric['denominator']>): string =>
    part === 'by_objective'
      ? `case when r.objective = r.last_objective then case r.objective ${Object.entries(RESULTS)
          .map(([objective, result]) => `when '${objective}' then ${added(result.numerator, sums)}`)
          .join(' ')} end end`
      : added(part, sums);
  if (denominator === undefined) return sqlOf(numerator);
  return `case when not r.remainder then (${sqlOf(numerator)}) / nullif(${sqlOf(denominator)}, 0) end`;
};

const orderOf = (query: PerformanceRowsQuery): string => {
  const { orderBy, groupBy, sums } = query;
  const by = orderBy.replace(/^-/, '');
  const direction = orderBy.startsWith('-') ? 'desc' : 'asc';
  const at = groupBy.indexOf(by as Dimension);
  const isMetric = Object.hasOwn(PERFORMANCE_METRICS, by);
  const first = isMetric
    ? [ordering(by as MetricId, sums)]
    : at >= 0
      ? [`coalesce(r.n${at}, r.k${at})`]
      : groupBy.map((_, i) => `lower(coalesce(r.n${i}, r.k${i}))`);
  return [
    ...first.map((term) => `${term} ${direction} nulls last`),
    ...groupBy.map((_, i) => `r.k${i} collate "C" nulls last`),
    'r.currency',
    'r.account',
    'r.remainder',
  ].join(', ');
};

const seenAccounts = async (
  tx: Queryable,
  { viewer, accounts }: PerformanceRowsQuery,
): Promise<readonly AccountId[]> => {
  const { rows } = await tx.query<{ id: AccountId }>(
    'select id from importer.visible_accounts($1) where id = any($2::text[])',
    [viewer, accounts],
  );
  return rows.map(({ id }) => id);
};

/**
 * The rows of a question within what the viewer sees: per key and currency, with what is not attributed where the rows come
 * from a level below that of the totals.
 */
export const performanceRows = (db: Db, query: PerformanceRowsQuery): Promise<PerformanceRows> =>
  db.transaction(async (tx) => {
    // Facts and roll-up must be of one moment. A page asks several questions at once: starting workers for each takes longer
    // than they save. Of what is added up Postgres expects a few rows, and would sort or loop over what it had better hash.
    await tx.query(`set transaction isolation level repeatable read, read only;
      set local max_parallel_workers_per_gather = 0;
      set local enable_mergejoin = off; set local enable_nestloop = off; set local enable_sort = off`);
    return performanceRowsIn(tx, query);
  });

const performanceRowsIn = async (tx: Queryable, query: PerformanceRowsQuery): Promise<PerformanceRows> => {
  const { rows: level, totals, groupBy, sums, range } = query;
  const accounts = await seenAccounts(tx, query);
  const parts = canUseRollUp(query) ? rollUpParts(range, await notRolledUp(tx, accounts, range)) : factsAlone(range);
  const values = new Values();
  // Of one account, Postgres knows by this that everything a view joins is of it.
  const [only] = accounts;
  const asked =
    only !== undefined && accounts.length === 1 ? `= ${values.add(only)}` : `= any(${values.add(accounts)}::text[])`;
  const inAccounts: InAccounts = (column) => `${column} ${asked}`;
  const levels = level === totals ? [level] : [level, totals];
  const needed = new Set([...groupBy, ...Object.keys(query.filters), ...(query.text === null ? [] : ['names'])]);
  const ctes = [
    ...knownOf(levels, needed, inAccounts),
    ...levels.map(
      (each) =>
        `numbers_${each} as ${groupBy.includes('day') ? '' : 'materialized '}(${numbersOf(query, each, { inAccounts, parts, values })})`,
    ),
    `attributed as materialized (${addedUp(query, level, groupBy, values)})`,
    `r as (select * from attributed${level === totals ? '' : ` union all (${remainder(query, values)})`})`,
    `named as (select r.*${groupBy.map((dimension, i) => `, ${NAMES[dimension]?.(`r.k${i}`) ?? 'null::text'} as n${i}`).join('')} from r)`,
  ];
  const rowKey = `jsonb_build_array(${[...groupBy.map((_, i) => `r.k${i}`), 'r.account', 'r.currency', 'r.remainder'].join(', ')})::text`;
  // Texts are made of the rows that are answered only, which keep the order of the inner statement.
  const { rows } = await tx.query<Record<string, unknown>>(
    `with ${ctes.join(',\n')}
     select ${rowKey} as row_key, array[${groupBy.map((_, i) => `r.k${i}`).join(', ')}]::text[] as keys,
       array[${groupBy.map((_, i) => `r.n${i}`).join(', ')}]::text[] as names, r.account, r.currency, r.shared, r.remainder,
       r.objective, r.last_objective, array[${sums.map((_, i) => `trim_scale(r.s${i})::text`).join(', ')}] as sums, r.row_count
     from (
       select r.*, count(*) over () as row_count from named r
       ${query.only === undefined ? '' : `where ${rowKey} = any(${values.add(query.only)}::text[])`}
       order by ${orderOf(query)}
       limit ${values.add(query.limit ?? null)} offset ${values.add(query.offset ?? 0)}
     ) as r`,
    values.list,
  );
  // Behind the last row nothing says how many there are.
  if (rows.length === 0 && (query.offset ?? 0) > 0)
    return { rows: [], rowCount: (await performanceRowsIn(tx, { ...query, offset: 0, limit: 1 })).rowCount };
  return {
    rows: rows.map((row) => readRow(row as unknown as StoredRow, sums)),
    rowCount: Number(rows[0]?.['row_count'] ?? 0),
  };
};

interface StoredRow {
  readonly row_key: string;
  readonly keys: readonly (string | null)[];
  readonly names: readonly (string | null)[];
  readonly account: AccountId | null;
  readonly currency: string | null;
  readonly shared: boolean;
  readonly remainder: boolean;
  /** Empty where it is not known. */
  readonly objective: string | null;
  readonly last_objective: string | null;
  readonly sums: readonly ExactSum[];
}

const readRow = (row: StoredRow, sums: readonly Summed[]): PerformanceSumsRow => ({
  rowKey: row.row_key,
  keys: row.keys,
  names: row.names,
  accountId: row.account,
  currency: row.currency,
  shared: row.shared,
  remainder: row.remainder,
  objective: (row.objective === row.last_objective && row.objective) || null,
  mixedObjectives: row.objective !== row.last_objective,
  sums: Object.fromEntries(sums.map((name, i) => [name, row.sums[i] ?? '0'])),
});
