import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { instantSchema, integerSchema } from '../envelope.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.2: the ad group. */
const lineItemSchema = z.looseObject({
  id: z.string().min(1),
  campaign_id: z.string().min(1),
  name: z.string().nullish(),
  funding_instrument_id: z.string().nullish(),
  advertiser_user_id: z.string().nullish(),
  advertiser_domain: z.string().nullish(),
  placements: z.array(z.string()).nullish(),
  categories: z.array(z.string()).nullish(),
  objective: z.string().nullish(),
  goal: z.string().nullish(),
  product_type: z.string().nullish(),
  bid_strategy: z.string().nullish(),
  pay_by: z.string().nullish(),
  creative_source: z.string().nullish(),
  audience_expansion: z.string().nullish(),
  automatic_tweet_promotion: z.boolean().nullish(),
  primary_web_event_tag: z.string().nullish(),
  android_app_store_identifier: z.string().nullish(),
  ios_app_store_identifier: z.string().nullish(),
  bid_amount_local_micro: integerSchema.nullish(),
  target_cpa_local_micro: integerSchema.nullish(),
  daily_budget_amount_local_micro: integerSchema.nullish(),
  total_budget_amount_local_micro: integerSchema.nullish(),
  duration_in_days: integerSchema.nullish(),
  frequency_cap: integerSchema.nullish(),
  standard_delivery: z.boolean().nullish(),
  entity_status: z.string().nullish(),
  currency: z.string().nullish(),
  start_time: instantSchema.nullish(),
  end_time: instantSchema.nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type LineItem = z.infer<typeof lineItemSchema>;

export interface LineItemCalls {
  /** Pages of line items (ad groups), deleted ones included. */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<LineItem>, void, undefined>;
}

export const lineItemCalls = (send: Send): LineItemCalls => ({
  list: (accountId, options = {}) =>
    list(send, { path: `/accounts/${accountId}/line_items`, accountId, schema: lineItemSchema }, options),
});
