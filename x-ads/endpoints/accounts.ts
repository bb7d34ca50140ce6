import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Observed, Page } from '../call.js';
import { type Account, accountSchema, type UserAccess, userAccessSchema } from '../schema/account.js';
import { getSingle, list, type ListOptions, type Send } from './requests.js';

export interface AccountsApi {
  /**
   * The ad accounts that the user can see. Called rarely: X's chart allows 5 calls in 15 minutes (x-ads-api.md §11).
   */
  list(options?: ListOptions): AsyncGenerator<Page<Account>, void, undefined>;
  get(accountId: AccountId, options?: CallOptions): Promise<Observed<Account>>;
  /** The user's own role in the account. */
  authenticatedUserAccess(accountId: AccountId, options?: CallOptions): Promise<Observed<UserAccess>>;
}

export const createAccounts = (send: Send): AccountsApi => ({
  list: (options = {}) => list(send, { path: '/accounts', schema: accountSchema, idsName: 'account_ids' }, options),
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
