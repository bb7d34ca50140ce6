import { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Observed, Page } from '../call.js';
import { instantSchema } from '../envelope.js';
import { getSingle, list, type ListOptions, type Send } from '../requests.js';

/**
 * docs/x-ads-api.md §5.1. There is no currency on the account: it sits on funding instrument, campaign and line item.
 */
const accountSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  business_name: z.string().nullish(),
  /** IANA name. */
  timezone: z.string().min(1),
  timezone_switch_at: instantSchema.nullish(),
  /** ACCEPTED, UNDER_REVIEW, REJECTED. */
  approval_status: z.string().nullish(),
  created_at: instantSchema.nullish(),
  deleted: z.boolean().nullish(),
});
export type XAccount = z.infer<typeof accountSchema>;

/** docs/x-ads-api.md §5.2: ACCOUNT_ADMIN, AD_MANAGER, CREATIVE_MANAGER, CAMPAIGN_ANALYST, ANALYST, … */
const userAccessSchema = z.looseObject({
  user_id: z.string().nullish(),
  permissions: z.array(z.string()),
});
export type UserAccess = z.infer<typeof userAccessSchema>;

export interface AccountCalls {
  /**
   * Pages of the ad accounts that the user can see. Called rarely: X's chart allows 5 calls in 15 minutes
   * (docs/x-ads-api.md §11).
   */
  list(options?: ListOptions): AsyncGenerator<Page<XAccount>, void, undefined>;
  /** One account, also a deleted one. */
  get(accountId: AccountId, options?: CallOptions): Promise<Observed<XAccount>>;
  /** The user's own role in the account. */
  authenticatedUserAccess(accountId: AccountId, options?: CallOptions): Promise<Observed<UserAccess>>;
}

export const accountCalls = (send: Send): AccountCalls => ({
  list: (options = {}) => list(send, { path: '/accounts', schema: accountSchema }, options),
  get: (accountId, options = {}) =>
    getSingle(
      send,
      { method: 'GET', path: `/accounts/${accountId}`, accountId, query: [['with_deleted', 'true']] },
      accountSchema,
      options,
    ),
  authenticatedUserAccess: (accountId, options = {}) =>
    getSingle(
      send,
      { method: 'GET', path: `/accounts/${accountId}/authenticated_user_access`, accountId },
      userAccessSchema,
      options,
    ),
});
