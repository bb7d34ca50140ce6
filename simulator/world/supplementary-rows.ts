import { instant } from '../json.js';
import type { CampaignRows } from './campaign-rows.js';
import { entityId } from './identifiers.js';
import type { AccountPlan } from './plan.js';
import { listed, type Listed } from './rows.js';

export interface SupplementaryRows {
  readonly mediaCreatives: readonly Listed[];
  readonly trackingTags: readonly Listed[];
  readonly promotableUsers: readonly Listed[];
}

/** Some creatives of each kind that have no numbers (docs/x-ads-api.md §6.4). */
export const supplementaryRows = (plan: AccountPlan, rows: CampaignRows, userId: string): SupplementaryRows => {
  const lineItems = plan.campaigns.flatMap((campaign) => campaign.lineItems);
  const first = plan.ads[0];
  const createdAt = instant(first === undefined ? 0 : rows.createdAt(first));
  const times = { created_at: createdAt, updated_at: createdAt };
  return {
    mediaCreatives: lineItems.slice(0, 3).map((lineItem, order) =>
      listed({
        line_item_id: rows.lineItemId(lineItem),
        landing_url: null,
        creative_type: 'PREROLL',
        id: entityId('mediaCreative', plan.index, order),
        entity_status: 'ACTIVE',
        created_at: createdAt,
        account_media_id: (2_000_000 + order).toString(36),
        updated_at: createdAt,
        approval_status: 'ACCEPTED',
        deleted: false,
      }),
    ),
    trackingTags: lineItems.slice(0, 2).map((lineItem, order) =>
      listed({
        line_item_id: rows.lineItemId(lineItem),
        tracking_tag_url: `https://tracker.example.com/i?li=${rows.lineItemId(lineItem)}`,
        tracking_tag_type: order === 0 ? 'IMPRESSION_TAG' : 'CLICK_TRACKER',
        id: entityId('trackingTag', plan.index, order),
        ...times,
        deleted: false,
      }),
    ),
    promotableUsers: [
      listed({
        user_id: userId,
        id: entityId('promotableUser', plan.index, 0),
        ...times,
        deleted: false,
        promotable_user_type: 'FULL',
      }),
    ],
  };
};
