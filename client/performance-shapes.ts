import { z } from 'zod';
import { COMPARISONS, type Dimension, DIMENSION_IDS, FILTERS, listedValues } from '../domain/performance.js';
import { METRIC_IDS } from '../domain/performance-metrics.js';
import { countShape, dayRangeShape, dayShape, instantShape } from './base-shapes.js';
import type { PerformanceOptions } from './options.js';

/*
 * Ad Performance as schemas: the question as a query string, and the answer. Numbers are strings of decimal digits: counts;
 * money in units of the currency, exact to the micro; ratios to six digits, of which percentages are shares (0.0125 is 1.25 %).
 */

const text = z.string().optional();
/** Lists are separated by commas; a comma within a value is written `\,`. */
export const performanceQuery = {
  account: text,
  from: text,
  to: text,
  /** Instead of `from` and `to`: `7d`, `30d`, `yesterday`, `this_month`, … */
  last: text,
  groupBy: text,
  metrics: text,
  campaign: text,
  adGroup: text,
  ad: text,
  objective: text,
  status: text,
  /** An empty value is *without*; so in the next four. */
  utmSource: text,
  utmMedium: text,
  utmCampaign: text,
  utmTerm: text,
  utmContent: text,
  /** Contained in any name. */
  text,
  compare: text,
  asOf: text,
  orderBy: text,
  limit: z.coerce.number().optional(),
  offset: z.coerce.number().optional(),
  /** CSV has all rows, whatever the limit. */
  format: z.enum(['json', 'csv']).optional(),
};
export type PerformanceQuery = z.output<z.ZodObject<typeof performanceQuery>>;

const listOf = (given: string | undefined): readonly string[] | undefined =>
  given === undefined ? undefined : listedValues(given);

/** The query string as options. */
export const performanceOptionsOf = (query: PerformanceQuery): PerformanceOptions => {
  const { account, groupBy, metrics, campaign, adGroup, ad, objective, status, ...others } = query;
  const { utmSource, utmMedium, utmCampaign, utmTerm, utmContent, format: _format, ...rest } = others;
  return {
    ...rest,
    accounts: account === '' ? undefined : listOf(account),
    groupBy: groupBy === '' ? [] : listOf(groupBy),
    metrics: listOf(metrics),
    campaign: listOf(campaign),
    adGroup: listOf(adGroup),
    ad: listOf(ad),
    objective: listOf(objective),
    status: listOf(status),
    utmSource: listOf(utmSource),
    utmMedium: listOf(utmMedium),
    utmCampaign: listOf(utmCampaign),
    utmTerm: listOf(utmTerm),
    utmContent: listOf(utmContent),
  };
};

const dimensionShape = z.enum(DIMENSION_IDS as readonly [Dimension, ...Dimension[]]);
const metricShape = z.enum(METRIC_IDS as unknown as readonly ['spend']);
const valueShape = z.string().regex(/^-?\d+(?:\.\d+)?$/);
export const valuesShape = z.record(z.string(), valueShape.nullable());
const reasonsShape = z.record(
  z.string(),
  z.enum(['denominator_zero', 'not_attributed', 'mixed_objectives', 'no_result']),
);
export const currencyShape = z.string().nullable();

const numbers = {
  currency: currencyShape,
  /** By the id of the metric; null where there is none. */
  values: valuesShape,
  /** Why a value is null, by the id of the metric. */
  reasons: reasonsShape.exactOptional(),
  /** Of the period that it is compared with. */
  compared: valuesShape.exactOptional(),
};

export const performanceRowShape = z.strictObject({
  key: z.partialRecord(dimensionShape, z.string().nullable()),
  /** Of what has an id in the key. */
  names: z.partialRecord(dimensionShape, z.string()),
  /** `not_attributed`: what the campaigns have beyond what X gives below them; with it the rows add up to the totals. */
  kind: z.enum(['entity', 'not_attributed']),
  /** Its numbers are those of all ads of one tweet. */
  shared: z.literal(true).exactOptional(),
  accountId: z.string().exactOptional(),
  /** Of all its campaigns. */
  objective: z.string().exactOptional(),
  /** What this objective calls its result. */
  result: z.string().exactOptional(),
  ...numbers,
});

export const performanceShape = z
  .strictObject({
    /** As it was understood. */
    question: z
      .strictObject({
        accounts: z.array(z.string()).readonly(),
        range: dayRangeShape,
        groupBy: z.array(dimensionShape).readonly(),
        metrics: z.array(metricShape).readonly(),
        /** Any of the values; null is *without*. */
        filters: z.partialRecord(z.enum(FILTERS), z.array(z.string().nullable()).readonly()),
        text: z.string().nullable(),
        compare: z.enum(COMPARISONS).nullable(),
        asOf: instantShape.nullable(),
        orderBy: z.string(),
        limit: countShape,
        offset: countShape,
      })
      .readonly(),
    range: dayRangeShape,
    compareRange: dayRangeShape.exactOptional(),
    /** The compared period as it stood then, at the age of the range: its last day is not final yet. */
    comparedAsOf: instantShape.exactOptional(),
    /** Days of the compared period that some account lacks: its sums are not those of a whole period. */
    compareMissingDays: countShape.exactOptional(),
    dimensions: z.array(z.strictObject({ id: dimensionShape, label: z.string() }).readonly()).readonly(),
    metrics: z
      .array(
        z
          .strictObject({
            id: metricShape,
            label: z.string(),
            unit: z.enum(['count', 'money', 'ratio', 'percent']),
            formula: z.string(),
            /** Its values add up; those of ratios do not. */
            additive: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    accounts: z
      .array(
        z
          .strictObject({
            id: z.string(),
            name: z.string(),
            /** Of its days now. */
            timezone: z.string().nullable(),
            currencies: z.array(z.string()).readonly(),
            /** The last day of the range that is imported; null: none. */
            through: dayShape.nullable(),
            /** Days of the range that are not imported. */
            missingDays: countShape,
            /** The first 31 of them. */
            missing: z.array(dayShape).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    days: z
      .array(
        z
          .strictObject({
            day: dayShape,
            /** Of the account in which it is least settled. */
            finality: z.enum(['provisional', 'settling', 'final']),
            /** Every account has it. */
            complete: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    /** Over all rows, per currency. */
    totals: z.array(z.strictObject(numbers).readonly()).readonly(),
    rows: z.array(performanceRowShape.readonly()).readonly(),
    /** Of all pages. */
    rowCount: countShape,
  })
  .readonly();
export interface Performance extends z.output<typeof performanceShape> {}
export type PerformanceRow = Performance['rows'][number];
