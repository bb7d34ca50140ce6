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

/** docs/x-ads-api.md §7. `tweet_id` and `id_str` are texts; `id` is an int64 number, and in some answers a text, too. */
const tweetSchema = z.looseObject({
  tweet_id: z.string().nullish(),
  id_str: z.string().nullish(),
  id: z.union([z.string(), z.number()]).nullish(),
  name: z.string().nullish(),
  full_text: z.string().nullish(),
  /** Only rendered where the tweet was created with a card URI. */
  card_uri: z.string().nullish(),
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

const idOf = ({ tweet_id: tweetId, id_str: text, id }: TweetResource): string => String(tweetId ?? text ?? id ?? '');
const withId = (tweet: TweetResource): Tweet => ({ ...tweet, tweet_id: idOf(tweet) });

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
          tweetSchema.refine((tweet) => idOf(tweet) !== '', 'no id'),
          options,
        );
        return { ...page, items: page.items.map(withId) };
      });
    }
  },
});
