import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Page } from '../call.js';
import { pages } from '../pages.js';
import { type Tweet, tweetSchema } from '../schema/tweet.js';
import { chunk, getPage, idsParameter, MAX_IDS, type Send } from './requests.js';

export interface TweetsOptions extends CallOptions {
  /** Whose tweets: other promotable users must be asked for by id. (Default: the account's FULL promotable user) */
  readonly userId?: string | undefined;
}

export interface TweetsApi {
  /**
   * Published tweets by id, any number, 200 at a time. X leaves out deleted and foreign tweets without an error
   * (x-ads-api.md §7), so fewer may come than were asked for.
   */
  byIds(
    accountId: AccountId,
    tweetIds: readonly string[],
    options?: TweetsOptions,
  ): AsyncGenerator<Page<Tweet>, void, undefined>;
}

export const createTweets = (send: Send): TweetsApi => ({
  async *byIds(accountId, tweetIds, options = {}) {
    for (const ids of chunk([...new Set(tweetIds)], MAX_IDS)) {
      yield* pages(async (cursor) => {
        const page = await getPage(
          send,
          {
            method: 'GET',
            path: `/accounts/${accountId}/tweets`,
            accountId,
            query: [
              ['tweet_type', 'PUBLISHED'],
              // The default is NULLCAST, and whether it filters a lookup by id too is not documented.
              ['timeline_type', 'ALL'],
              ['trim_user', 'true'],
              ['count', String(MAX_IDS)],
              ...idsParameter('tweet_ids', ids),
              ...(options.userId === undefined ? [] : [['user_id', options.userId] as const]),
              ...(cursor === undefined ? [] : [['cursor', cursor] as const]),
            ],
          },
          tweetSchema,
          options,
        );
        const items = page.items.flatMap((tweet) => {
          const id = tweet.tweet_id ?? tweet.id_str;
          return typeof id === 'string' ? [{ ...tweet, tweet_id: id }] : [];
        });
        return { ...page, items };
      });
    }
  },
});
