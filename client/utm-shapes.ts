import { z } from 'zod';
import { UTM_PARAMETERS, UTM_PROBLEMS } from '../domain/utm.js';
import { countShape, dayRangeShape } from './base-shapes.js';

const moneyShape = z.string().regex(/^-?\d+(?:\.\d+)?$/);
const currencyShape = z.string().nullable();
const nameShape = z.strictObject({ id: z.string(), name: z.string().nullable() }).readonly();

/** The UTM parameters of the ads that spent money in a range: a worklist. Money is in units of the currency. */
export const utmWorklistShape = z
  .strictObject({
    range: dayRangeShape,
    /** By currency. The parts add up to the spend of the campaigns. */
    totals: z
      .array(
        z
          .strictObject({
            currency: currencyShape,
            spend: moneyShape,
            withUtm: moneyShape,
            withoutUtm: moneyShape,
            /** Of ads that lead to no address, such as those that ask to be followed. */
            withoutLink: moneyShape,
            /** X does not say which ads it belongs to. */
            notAttributed: moneyShape,
          })
          .readonly(),
      )
      .readonly(),
    /** With a problem, the largest spend first within each currency; those without a link are left out. */
    ads: z
      .array(
        z
          .strictObject({
            accountId: z.string(),
            id: z.string(),
            name: z.string().nullable(),
            /** Several ads promote its post. */
            shared: z.boolean(),
            campaigns: z.array(nameShape).readonly(),
            url: z.string(),
            currency: currencyShape,
            spend: moneyShape,
            problems: z
              .array(z.strictObject({ kind: z.enum(UTM_PROBLEMS), parameter: z.string().exactOptional() }).readonly())
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Of all pages of `ads`. */
    adCount: countShape,
    /** Written in several ways that differ in case, or a `utm_campaign` of several campaigns; the largest spend first. */
    values: z
      .array(
        z
          .strictObject({
            parameter: z.enum(UTM_PARAMETERS),
            value: z.string(),
            spellings: z.array(z.string()).readonly(),
            campaigns: z.array(nameShape).readonly(),
            ads: countShape,
            spend: z.array(z.strictObject({ currency: currencyShape, spend: moneyShape }).readonly()).readonly(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export interface UtmWorklist extends z.output<typeof utmWorklistShape> {}
