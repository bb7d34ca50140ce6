import { z } from 'zod';
import { instantSchema } from './envelope.js';

/** x-ads-api.md §5.1. There is no currency on the account: it sits on funding instrument, campaign and line item. */
export const accountSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  business_name: z.string().nullish(),
  business_id: z.string().nullish(),
  /** IANA name. */
  timezone: z.string().min(1),
  timezone_switch_at: instantSchema.nullish(),
  /** Undocumented, but live since 2026. */
  country_code: z.string().nullish(),
  industry_type: z.string().nullish(),
  /** ACCEPTED, UNDER_REVIEW, REJECTED. */
  approval_status: z.string().nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type Account = z.infer<typeof accountSchema>;

/** x-ads-api.md §5.2: ACCOUNT_ADMIN, AD_MANAGER, CREATIVE_MANAGER, CAMPAIGN_ANALYST, ANALYST, … */
export const userAccessSchema = z.looseObject({
  user_id: z.string().nullish(),
  permissions: z.array(z.string()),
});
export type UserAccess = z.infer<typeof userAccessSchema>;
