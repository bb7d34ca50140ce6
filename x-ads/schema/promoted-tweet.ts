import { z } from 'zod';
import { instantSchema } from './envelope.js';

/** x-ads-api.md §6.3: the ad. `id` is the analytics entity id, not `tweet_id`. */
export const promotedTweetSchema = z.looseObject({
  id: z.string().min(1),
  line_item_id: z.string().min(1),
  tweet_id: z.string().min(1),
  entity_status: z.string().nullish(),
  approval_status: z.string().nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  /** False for a promoted tweet whose line item is deleted, although only `with_deleted` lists it. */
  deleted: z.boolean().nullish(),
});
export type PromotedTweet = z.infer<typeof promotedTweetSchema>;
