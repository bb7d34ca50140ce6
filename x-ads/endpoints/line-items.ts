import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { type LineItem, lineItemSchema } from '../schema/line-item.js';
import { idsParameter, list, type ListOptions, type Send } from './requests.js';

export interface LineItemListOptions extends ListOptions {
  /** At most 200. */
  readonly campaignIds?: readonly string[] | undefined;
  /** At most 200. */
  readonly fundingInstrumentIds?: readonly string[] | undefined;
}

export interface LineItemsApi {
  /** Pages of line items (ad groups), deleted ones included. */
  list(accountId: AccountId, options?: LineItemListOptions): AsyncGenerator<Page<LineItem>, void, undefined>;
}

export const createLineItems = (send: Send): LineItemsApi => ({
  list: (accountId, options = {}) =>
    list(
      send,
      { path: `/accounts/${accountId}/line_items`, accountId, schema: lineItemSchema, idsName: 'line_item_ids' },
      options,
      [
        ...idsParameter('campaign_ids', options.campaignIds),
        ...idsParameter('funding_instrument_ids', options.fundingInstrumentIds),
      ],
    ),
});
