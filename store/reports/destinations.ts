import type { AccountId, EntityId } from '../../domain/ids.js';
import type { UtmValues } from '../../domain/utm.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** Where an ad leads. */
export interface AdDestination {
  readonly accountId: AccountId;
  readonly adId: EntityId;
  readonly tweetId: string | null;
  /** Of the post. */
  readonly text: string | null;
  /** Null where X does not say. */
  readonly campaignId: EntityId | null;
  readonly campaignName: string | null;
  readonly url: string | null;
  readonly utm: UtmValues | null;
}

/** Where the ads of accounts that the viewer sees lead. */
export const destinationsOf = async (
  db: Queryable,
  viewer: Viewer,
  accounts: readonly AccountId[],
): Promise<readonly AdDestination[]> => {
  const { rows } = await db.query<AdDestination & Record<string, unknown>>(
    `select a.account_id as "accountId", a.ad_id as "adId", a.tweet_id as "tweetId", a.ad_text as text, a.campaign_id as "campaignId",
       a.campaign_name as "campaignName", a.destination_url as url, a.utm
     from importer.ads a
     join importer.visible_accounts($1) v on v.id = a.account_id
     where a.account_id = any($2)`,
    [viewer, accounts],
  );
  return rows;
};
