import { z } from 'zod';
import { SETTLING_METRICS } from '../domain/outlook.js';
import { countShape, dayShape } from './base-shapes.js';

/** Moves are shares of the number that is there: 0.03 is 3 % more in the end. Four of five days end within the band. */
const bandShape = {
  low: z.number(),
  high: z.number(),
  /** Final days of the account that it rests on. */
  days: countShape,
};
const metricShape = z.enum(SETTLING_METRICS);

/** How much the numbers of an account usually still move, from its own days of the last half year that are final. */
export const settlingOutlookShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    /** The account's day when X was last asked: the age of a day is counted to it. */
    seenOn: dayShape,
    /** Empty while fewer than thirty final days are known at any age. */
    forecasts: z
      .array(
        z
          .strictObject({
            currency: z.string().nullable(),
            metric: metricShape,
            daysAfter: countShape,
            ...bandShape,
            /** Of the final number that is usually there by then: 1 is all. */
            share: z.number(),
            /** After so many more days it usually moves no more; 0: now. */
            within: countShape,
          })
          .readonly(),
      )
      .readonly(),
    /** Which wait is worth it, by what moves most; absent where days of one and of three days' age are not known. */
    wait: z
      .strictObject({
        wait: z.literal([1, 3]),
        currency: z.string().nullable(),
        metric: metricShape,
        after1: z.strictObject(bandShape).readonly(),
        after3: z.strictObject(bandShape).readonly(),
      })
      .readonly()
      .exactOptional(),
  })
  .readonly();
export interface SettlingOutlook extends z.output<typeof settlingOutlookShape> {}
