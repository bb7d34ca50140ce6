import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { type PromotedTweet, promotedTweetSchema } from '../schema/promoted-tweet.js';
import { idsParameter, list, type ListOptions, type Send } from './requests.js';

export interface PromotedTweetListOptions extends ListOptions {
  /** At most 200. */
  readonly lineItemIds?: readonly string[] | undefined;
}

export interface PromotedTweetsApi {
  /** Pages of promoted tweets (ads). Those of deleted line items come with deleted ones only, hence the default. */
  list(accountId: AccountId, options?: PromotedTweetListOptions): AsyncGenerator<Page<PromotedTweet>, void, undefined>;
}

export const createPromotedTweets = (send: Send): PromotedTweetsApi => ({
  list: (accountId, options = {}) =>
    list(
      send,
      {
        path: `/accounts/${accountId}/promoted_tweets`,
        accountId,
        schema: promotedTweetSchema,
        idsName: 'promoted_tweet_ids',
      },
      options,
      [...idsParameter('line_item_ids', options.lineItemIds)],
    ),
});
