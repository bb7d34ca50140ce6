import { z } from 'zod';
import { countShape, instantShape } from './base-shapes.js';
import { currencyShape, performanceRowShape, valuesShape } from './performance-shapes.js';

/* What X has restated since a person last looked. Values are those of Ad Performance, and only those that have changed. */

const changed = {
  currency: currencyShape,
  was: valuesShape,
  is: valuesShape,
};
const { key, names, kind, accountId } = performanceRowShape.shape;
const restatedRowShape = z.strictObject({ key, names, kind, accountId, ...changed }).readonly();

export const performanceVisitShape = z
  .strictObject({
    /** When the visit before ended; null: this is the first, or nothing was restated since. */
    since: instantShape.nullable(),
    /** Rows of the question that have changed, on whatever page they are. */
    rows: z.array(restatedRowShape).readonly(),
    totals: z.array(z.strictObject(changed).readonly()).readonly(),
    /** Campaigns and days that have changed, the newest day first: the first 200. */
    days: z.array(restatedRowShape).readonly(),
    /** Of all of them. */
    dayCount: countShape,
  })
  .readonly();
export interface PerformanceVisit extends z.output<typeof performanceVisitShape> {}
