import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { type Campaign, campaignSchema } from '../schema/campaign.js';
import { idsParameter, list, type ListOptions, type Send } from './requests.js';

export interface CampaignListOptions extends ListOptions {
  /** At most 200. */
  readonly fundingInstrumentIds?: readonly string[] | undefined;
}

export interface CampaignsApi {
  /** Pages of campaigns, deleted ones included. */
  list(accountId: AccountId, options?: CampaignListOptions): AsyncGenerator<Page<Campaign>, void, undefined>;
}

export const createCampaigns = (send: Send): CampaignsApi => ({
  list: (accountId, options = {}) =>
    list(
      send,
      { path: `/accounts/${accountId}/campaigns`, accountId, schema: campaignSchema, idsName: 'campaign_ids' },
      options,
      [...idsParameter('funding_instrument_ids', options.fundingInstrumentIds)],
    ),
});
