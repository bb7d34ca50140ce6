import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.3: the ad. `id` is the analytics entity id, not `tweet_id`. */
const promotedTweetSchema = z.looseObject({
  id: z.string().min(1),
  line_item_id: z.string().min(1),
  tweet_id: z.string().min(1),
  entity_status: z.string().nullish(),
  /** False for a promoted tweet whose line item is deleted, although only `with_deleted` lists it. */
  deleted: z.boolean().nullish(),
});
export type PromotedTweet = z.infer<typeof promotedTweetSchema>;

export interface PromotedTweetCalls {
  /**
   * Pages of promoted tweets (ads), deleted ones included: X lists those of deleted line items only beside deleted
   * ones.
   */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<PromotedTweet>, void, undefined>;
}

export const promotedTweetCalls = (send: Send): PromotedTweetCalls => ({
  list: (accountId, options = {}) =>
    list(send, { path: `/accounts/${accountId}/promoted_tweets`, accountId, schema: promotedTweetSchema }, options),
});
