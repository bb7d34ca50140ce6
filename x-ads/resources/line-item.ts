import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.2: the ad group. What nobody reads is not checked. */
const lineItemSchema = z.looseObject({
  id: z.string().min(1),
  campaign_id: z.string().min(1),
  name: z.string().nullish(),
  funding_instrument_id: z.string().nullish(),
  objective: z.string().nullish(),
  android_app_store_identifier: z.string().nullish(),
  ios_app_store_identifier: z.string().nullish(),
  entity_status: z.string().nullish(),
  currency: z.string().nullish(),
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
