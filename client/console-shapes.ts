import { z } from 'zod';
import { countShape, dayRangeShape, dayShape } from './base-shapes.js';
import { coverageDayShape } from './shapes.js';

/* What the pages about one connection ask for, as schemas; `shapes.ts` says how ids, days and instants are written. */

const { day, status, finality, reason } = coverageDayShape.unwrap().shape;

/** The coverage of one account, each day by the worst of its levels and placements. */
export const coverageGridShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    range: dayRangeShape,
    days: z.array(z.strictObject({ day, status, finality, reason }).readonly()).readonly(),
    /** Every day that is due is complete or verified empty. */
    complete: z.boolean(),
  })
  .readonly();
export interface CoverageGrid extends z.output<typeof coverageGridShape> {}

const sumShape = z.string().regex(/^-?\d+(?:\.\d+)?$/);

/** The newest day of an account whose campaigns have all landed, and what they add up to. */
export const firstNumbersShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    /** Absent before the first. */
    day: dayShape.exactOptional(),
    /** One for each currency. */
    spend: z.array(z.strictObject({ currency: z.string().nullable(), micros: sumShape }).readonly()).readonly(),
    impressions: sumShape,
    clicks: sumShape,
  })
  .readonly();
export interface FirstNumbers extends z.output<typeof firstNumbersShape> {}

/** What will happen, in numbers. */
export const consequencesShape = z
  .strictObject({
    /** That the connection reads. */
    accounts: countShape,
    /** Of them, those that no other connection reads. */
    accountsNobodyElseReads: countShape,
    /** Imports that go on and end with it. */
    imports: countShape,
    /** Days of accounts that are due and not imported yet. */
    daysOpen: countShape,
    /** Other connections of the same X user: its authorization stays with them. */
    connectionsOfSameUser: countShape,
    /** Stored rows that would be deleted. */
    rows: countShape,
  })
  .readonly();
export interface Consequences extends z.output<typeof consequencesShape> {}
