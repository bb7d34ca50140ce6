import { addDays } from '../../domain/calendar.js';
import type { DayRange, Instant } from '../../domain/calendar.js';
import type { Queryable } from '../../store/pool.js';
import { trueRows } from './simulated.js';
import type { TrueRow } from './simulated.js';

/*
 * Compares what is stored with the simulator's truth, every cell of every metric. It shares no code with landing: it
 * reads the tables with plain queries, and compares the metrics that the truth names.
 */

export const COMPARED_LEVELS = [
  'FUNDING_INSTRUMENT',
  'CAMPAIGN',
  'LINE_ITEM',
  'PROMOTED_TWEET',
  'PROMOTED_ACCOUNT',
] as const;

export interface TruthComparison {
  rows: Record<string, number>;
  cellsCompared: Record<string, number>;
  /** Cells of the truth that are not stored. */
  missing: number;
  /** Keys that occur twice in the tables or in `daily_ad_metrics`. */
  doubled: number;
  /** Stored cells whose number differs from the truth, or that the truth does not have. */
  wrong: number;
  /** The first ten differences, in words. */
  examples: string[];
}

const EXAMPLES = 10;

/** A past moment: what was stored by `stored` is compared with what X would have answered at `truth`. Both are data time. */
export interface ComparedMoment {
  readonly stored: Instant;
  readonly truth: Instant;
}

export interface CompareOptions {
  /** Called with each row of the truth and whether each metric set has a number in it. */
  readonly onTruth?: (row: TrueRow, mobile: boolean, standard: boolean) => void;
  /** (Default: now, as the tables are) */
  readonly moment?: ComparedMoment;
  /** A small number limits the memory that a year of thousands of ads takes. (Default: 30) */
  readonly daysAtOnce?: number;
}

type Metrics = Map<string, number>;

/** Adds up the numbers of a key, so that a doubled key shows as wrong, too. */
const storedRows = async (
  db: Queryable,
  accountId: string,
  level: string,
  { from, to }: DayRange,
  moment: ComparedMoment | undefined,
): Promise<Map<string, Metrics>> => {
  const stored = new Map<string, Metrics>();
  const tables = moment ? ['as_of($5)', 'mobile_as_of($5)'] : ['facts', 'mobile_facts'];
  for (const table of tables) {
    const { rows } = await db.query<{
      entity_id: string;
      placement: string;
      day: string;
      numbers: Record<string, unknown>;
    }>(
      `select entity_id, placement, day,
         to_jsonb(f) - '{account_id,level,entity_id,placement,day,receipt_id,observed_at,more,checksum}'::text[] || coalesce(more, '{}') as numbers
       from importer.${table} f where account_id = $1 and level = $2::importer.level and day between $3 and $4`,
      [accountId, level, from, to, ...(moment ? [moment.stored] : [])],
    );
    for (const row of rows) {
      const key = `${row.entity_id} ${row.placement} ${row.day}`;
      const metrics: Metrics = stored.get(key) ?? new Map<string, number>();
      for (const [name, value] of Object.entries(row.numbers)) {
        if (value !== 0) metrics.set(name, (metrics.get(name) ?? 0) + Number(value));
      }
      stored.set(key, metrics);
    }
  }
  return stored;
};

const doubledKeys = async (db: Queryable, accountId: string): Promise<number> => {
  const { rows } = await db.query<{ doubled: number }>(
    `select (select count(*) from (select from importer.facts where account_id = $1
               group by level, entity_id, placement, day having count(*) > 1) f)
          + (select count(*) from (select from importer.mobile_facts where account_id = $1
               group by level, entity_id, placement, day having count(*) > 1) f)
          + (select count(*) from (select from importer.daily_ad_metrics where ad_account_id = $1
               group by ad_id, day having count(*) > 1) v)
          -- A join that multiplies rows without doubling keys changes the sums.
          + (select count(*) from (
               select sum(ad_metrics_impressions) as impressions, sum(ad_metrics_cost_micro) as micros
               from importer.daily_ad_metrics where ad_account_id = $1) v,
              (select sum(impressions) as impressions, sum(billed_charge_local_micro) as micros
               from importer.facts where account_id = $1 and level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT')) f
             where (v.impressions, v.micros) is distinct from (f.impressions, f.micros)) as doubled`,
    [accountId],
  );
  return rows[0]?.doubled ?? 0;
};

const note = (comparison: TruthComparison, text: string): void => {
  if (comparison.examples.length < EXAMPLES) comparison.examples.push(text);
};

const compareRow = (
  comparison: TruthComparison,
  name: string,
  truth: Readonly<Record<string, number>>,
  stored: Metrics,
): void => {
  for (const [metric, value] of Object.entries(truth)) {
    const found = stored.get(metric);
    if (found === value) continue;
    if (found === undefined) comparison.missing += 1;
    else comparison.wrong += 1;
    note(comparison, `${name} ${metric}: stored ${found ?? 'nothing'}, true ${value}`);
  }
  for (const [metric, value] of stored) {
    if (truth[metric] !== undefined) continue;
    comparison.wrong += 1;
    note(comparison, `${name} ${metric}: stored ${value}, true nothing`);
  }
};

const partsOf = function* ({ from, to }: DayRange, days: number): Generator<DayRange, void, undefined> {
  for (let first = from; first <= to; first = addDays(first, days)) {
    const last = addDays(first, days - 1);
    yield { from: first, to: last < to ? last : to };
  }
};

/** Compares one account over a range of its days and adds the result to `comparison`. */
export const compareAccount = async (
  db: Queryable,
  simulatorUrl: string,
  accountId: string,
  range: DayRange,
  comparison: TruthComparison,
  { onTruth, moment, daysAtOnce = 30 }: CompareOptions = {},
): Promise<void> => {
  const asOf = moment ? { asOf: moment.truth } : {};
  for (const level of COMPARED_LEVELS) {
    for (const part of partsOf(range, daysAtOnce)) {
      const stored = await storedRows(db, accountId, level, part, moment);
      comparison.rows[level] = (comparison.rows[level] ?? 0) + stored.size;
      for await (const row of trueRows(simulatorUrl, accountId, { level, ...part, ...asOf })) {
        const { id, placement, day, metrics } = row;
        const names = Object.keys(metrics);
        const key = `${id} ${placement} ${day}`;
        const mobile = names.filter((metric) => metric.startsWith('mobile_')).length;
        onTruth?.(row, mobile > 0, mobile < names.length);
        comparison.cellsCompared[level] = (comparison.cellsCompared[level] ?? 0) + names.length;
        compareRow(comparison, `${level} ${key}`, metrics, stored.get(key) ?? new Map<string, number>());
        stored.delete(key);
      }
      for (const [key, metrics] of stored) compareRow(comparison, `${level} ${key}`, {}, metrics);
    }
  }
  // At a past moment a doubled key shows as wrong, since numbers are added up.
  if (!moment) comparison.doubled += await doubledKeys(db, accountId);
};

export const newComparison = (): TruthComparison => ({
  rows: {},
  cellsCompared: {},
  missing: 0,
  doubled: 0,
  wrong: 0,
  examples: [],
});
