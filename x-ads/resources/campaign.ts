import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { instantSchema, integerSchema } from '../envelope.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.1. Dates and objective are on the line item since v11. */
const campaignSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  funding_instrument_id: z.string().nullish(),
  budget_optimization: z.string().nullish(),
  entity_status: z.string().nullish(),
  effective_status: z.string().nullish(),
  reasons_not_servable: z.array(z.string()).nullish(),
  servable: z.boolean().nullish(),
  purchase_order_number: z.string().nullish(),
  daily_budget_amount_local_micro: integerSchema.nullish(),
  total_budget_amount_local_micro: integerSchema.nullish(),
  duration_in_days: integerSchema.nullish(),
  frequency_cap: integerSchema.nullish(),
  standard_delivery: z.boolean().nullish(),
  currency: z.string().nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type Campaign = z.infer<typeof campaignSchema>;

export interface CampaignCalls {
  /** Pages of campaigns, deleted ones included. */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<Campaign>, void, undefined>;
}

export const campaignCalls = (send: Send): CampaignCalls => ({
  list: (accountId, options = {}) =>
    list(send, { path: `/accounts/${accountId}/campaigns`, accountId, schema: campaignSchema }, options),
});
