import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { list, type ListOptions, type Send } from '../requests.js';

/** docs/x-ads-api.md §6.4: what a follower campaign promotes. */
const promotedAccountSchema = z.looseObject({
  id: z.string().min(1),
  line_item_id: z.string().min(1),
  user_id: z.string().min(1),
  entity_status: z.string().nullish(),
  deleted: z.boolean().nullish(),
});
export type PromotedAccount = z.infer<typeof promotedAccountSchema>;

export interface PromotedAccountCalls {
  /** Pages of promoted accounts, deleted ones included. */
  list(accountId: AccountId, options?: ListOptions): AsyncGenerator<Page<PromotedAccount>, void, undefined>;
}

export const promotedAccountCalls = (send: Send): PromotedAccountCalls => ({
  list: (accountId, options = {}) =>
    list(send, { path: `/accounts/${accountId}/promoted_accounts`, accountId, schema: promotedAccountSchema }, options),
});
