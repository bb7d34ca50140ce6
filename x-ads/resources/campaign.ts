import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.1. Dates and objective are on the line item since v11. What nobody reads is not checked. */
const campaignSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  funding_instrument_id: z.string().nullish(),
  entity_status: z.string().nullish(),
  effective_status: z.string().nullish(),
  currency: z.string().nullish(),
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
