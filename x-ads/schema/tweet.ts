import { z } from 'zod';

const urlSchema = z.looseObject({
  url: z.string().nullish(),
  /** The destination with its whole query string; `full_text` holds only the t.co form. */
  expanded_url: z.string().nullish(),
  display_url: z.string().nullish(),
});

/** x-ads-api.md §7. `id` is an int64 JSON number: use `tweet_id` (or `id_str`). */
export const tweetSchema = z.looseObject({
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
  entities: z.looseObject({ urls: z.array(urlSchema).nullish() }).nullish(),
});
export type TweetResource = z.infer<typeof tweetSchema>;
/** A tweet with its id, whichever of X's fields it stood in. */
export type Tweet = TweetResource & { readonly tweet_id: string };
