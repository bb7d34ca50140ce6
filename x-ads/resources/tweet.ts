import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Page } from '../call.js';
import { chunk, getPage, idsParameter, MAX_IDS_PER_REQUEST, type Send } from '../requests.js';
import { pages } from '../pages.js';

const urlSchema = z.looseObject({
  url: z.string().nullish(),
  /** The destination with its whole query string; `full_text` holds only the t.co form. */
  expanded_url: z.string().nullish(),
  display_url: z.string().nullish(),
});

const entitiesSchema = z.looseObject({ urls: z.array(urlSchema).nullish() });

/** docs/x-ads-api.md §7. `id` is an int64 JSON number: use `tweet_id` (or `id_str`). */
const tweetSchema = z.looseObject({
  tweet_id: z.string().nullish(),
  id_str: z.string().nullish(),
  name: z.string().nullish(),
  full_text: z.string().nullish(),
  tweet_type: z.string().nullish(),
  nullcast: z.boolean().nullish(),
  /** Only rendered where the tweet was created with a card URI. */
  card_uri: z.string().nullish(),
  lang: z.string().nullish(),
  /** `Tue Aug 27 22:22:12 +0000 2019`. */
  created_at: z.string().nullish(),
  entities: entitiesSchema.nullish(),
  /** The tweet that a retweet repeats. */
  retweeted_status: z.looseObject({ card_uri: z.string().nullish(), entities: entitiesSchema.nullish() }).nullish(),
});
export type TweetResource = z.infer<typeof tweetSchema>;
/** A tweet with its id, whichever of X's fields it stood in. */
export type Tweet = TweetResource & { readonly tweet_id: string };

export interface TweetCalls {
  /**
   * Published tweets of the account's own promotable user by id, any number, 200 a request. X leaves out deleted and
   * foreign tweets without an error (docs/x-ads-api.md §7), so fewer may come than were asked for.
   */
  byIds(
    accountId: AccountId,
    tweetIds: readonly string[],
    options?: CallOptions,
  ): AsyncGenerator<Page<Tweet>, void, undefined>;
}

const withId = (tweet: TweetResource): readonly Tweet[] => {
  const id = tweet.tweet_id ?? tweet.id_str;
  return typeof id === 'string' ? [{ ...tweet, tweet_id: id }] : [];
};

export const tweetCalls = (send: Send): TweetCalls => ({
  async *byIds(accountId, tweetIds, options = {}) {
    for (const ids of chunk([...new Set(tweetIds)], MAX_IDS_PER_REQUEST)) {
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
              ['count', String(MAX_IDS_PER_REQUEST)],
              ...idsParameter('tweet_ids', ids),
              ...cursor,
            ],
          },
          tweetSchema,
          options,
        );
        return { ...page, items: page.items.flatMap(withId) };
      });
    }
  },
});
