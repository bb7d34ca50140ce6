import { z } from 'zod';
import { dayRangeShape, dayShape, instantShape, levelShape } from './shapes.js';

/*
 * What the reports answer, as schemas; `shapes.ts` says how ids, days and instants are written. Sums of X's numbers may
 * outgrow 2^53 and have fractions, so they are strings of digits; money is in micros of the currency: 1,000,000 are one unit.
 */

const sumShape = z.string().regex(/^-?\d+(?:\.\d+)?$/);
const countShape = z.int();
const currencyShape = z.string().nullable();

export const changeShape = z
  .strictObject({
    /** What was first stored. */
    was: sumShape,
    /** What is stored now. */
    is: sumShape,
    difference: sumShape,
    /** Of what it was; null where that was 0. */
    percent: z.number().nullable(),
  })
  .readonly();
export interface Change extends z.output<typeof changeShape> {}

/** What X has changed since it was first stored, in one currency. */
export const movementSummaryShape = z
  .strictObject({
    /** Null where the campaign is not known yet. */
    currency: currencyShape,
    /** By day only. */
    day: dayShape.exactOptional(),
    /** By entity only, as are the next two. */
    entityId: z.string().exactOptional(),
    entityName: z.string().exactOptional(),
    /** Its numbers are those of all ads of its tweet, so they must not be added up. */
    sharedTweet: z.boolean().exactOptional(),
    /** Entity-days that X changed, in any metric. */
    entityDays: countShape,
    /** How often X changed them in all. */
    restatements: countShape,
    /** By X's clock. */
    lastChangedAt: instantShape.exactOptional(),
    /** In micros. */
    spendMicros: changeShape,
    impressions: changeShape,
    clicks: changeShape,
    engagements: changeShape,
  })
  .readonly();
export interface MovementSummary extends z.output<typeof movementSummaryShape> {}

/** How much of a day's final numbers was stored by the end of the n-th day after it; 1 is all, null where the final number is 0. */
export const settlingShape = z
  .strictObject({
    currency: currencyShape,
    daysAfter: countShape,
    spendShare: z.number().nullable(),
    impressionsShare: z.number().nullable(),
    clicksShare: z.number().nullable(),
    /** How many final days it rests on. */
    days: countShape,
  })
  .readonly();

export const accountRestatementsShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    range: dayRangeShape,
    level: levelShape,
    by: z.enum(['day', 'entity']),
    /** Only what moved. */
    rows: z.array(movementSummaryShape).readonly(),
    /** Over all days of the range, one row for each currency. */
    totals: z.array(movementSummaryShape).readonly(),
    /** How settled a day is, by the account's own history. */
    settling: z.array(settlingShape).readonly(),
  })
  .readonly();
export interface AccountRestatements extends z.output<typeof accountRestatementsShape> {}

/** What the campaigns say, which is what X bills, in one currency. */
export const campaignTotalShape = z
  .strictObject({
    currency: currencyShape,
    /** In micros. */
    spend: sumShape,
    impressions: sumShape,
    clicks: sumShape,
    engagements: sumShape,
  })
  .readonly();

/** Why the parts need not make the whole. */
export const remainderReasonShape = z.enum([
  'agrees',
  'parent_unknown',
  'shared_tweet',
  'rounding',
  'overspend_credit',
  'no_children',
  'no_parent',
  'settling',
  'unexplained',
]);
export type Remainder = z.output<typeof remainderReasonShape>;

/** One metric of one parent on one day, against the sum of its children. */
export const levelComparisonShape = z
  .strictObject({
    parentLevel: levelShape,
    /** Null for children whose parent is not known, as is `parentName`. */
    parentId: z.string().nullable(),
    parentName: z.string().nullable(),
    childLevel: z.enum(['ADS', 'LINE_ITEM', 'CAMPAIGN']),
    day: dayShape,
    /** X's name of the metric. */
    metric: z.string(),
    currency: currencyShape,
    /** In micros where the metric is one of money, else a count; so are the next three. */
    parent: sumShape,
    children: sumShape,
    /** Of tweets that other line items promote, too; not in `children`, because X does not say which part is whose. */
    shared: sumShape,
    /** `parent` less `children`. */
    remainder: sumShape,
    sharedTweet: z.boolean(),
    reason: remainderReasonShape,
  })
  .readonly();
export interface LevelComparison extends z.output<typeof levelComparisonShape> {}

/** A weekly check: entity-days that were read whatever X's change feed said. */
export const blindCheckShape = z
  .strictObject({
    accountId: z.string(),
    runId: z.string(),
    firstDay: dayShape,
    lastDay: dayShape,
    /** By X's clock, as is `judgedAt`. */
    askedAt: instantShape,
    state: z.enum(['reading', 'read', 'judged', 'given_up']),
    /** Null before it is judged. */
    judgedAt: instantShape.nullable(),
    /** Entity-days, by metric set, that were read for the check alone. */
    entityDays: countShape,
    /** Those of them that differed without having been named. */
    missedEntityDays: countShape,
    missedValues: countShape,
    /** Spend in micros by currency, up and down added up, at the level of campaigns. */
    missedMicros: z.record(z.string(), sumShape).readonly(),
  })
  .readonly();

export const accountReconciliationShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    range: dayRangeShape,
    /** What the campaigns say, one row for each currency. */
    totals: z.array(campaignTotalShape).readonly(),
    /** One row per parent, day and metric; those that agree only with `all`. */
    comparisons: z.array(levelComparisonShape).readonly(),
    /** How many of them have no reason that is known. */
    unexplained: countShape,
    /** What X's change feed had missed, by the last weekly checks, newest first. */
    blindChecks: z.array(blindCheckShape).readonly(),
  })
  .readonly();
export interface AccountReconciliation extends z.output<typeof accountReconciliationShape> {}
