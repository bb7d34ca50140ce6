import { z } from 'zod';
import { instantSchema } from './envelope.js';

/** x-ads-api.md §6.4: what a follower campaign promotes. */
export const promotedAccountSchema = z.looseObject({
  id: z.string().min(1),
  line_item_id: z.string().min(1),
  user_id: z.string().min(1),
  entity_status: z.string().nullish(),
  approval_status: z.string().nullish(),
  created_at: instantSchema.nullish(),
  updated_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type PromotedAccount = z.infer<typeof promotedAccountSchema>;
