import type { AccountId } from '../../domain/ids.js';
import type { Page } from '../call.js';
import { type PromotedAccount, promotedAccountSchema } from '../schema/promoted-account.js';
import { idsParameter, list, type ListOptions, type Send } from './requests.js';

export interface PromotedAccountListOptions extends ListOptions {
  /** At most 200. */
  readonly lineItemIds?: readonly string[] | undefined;
}

export interface PromotedAccountsApi {
  /**
   * Pages of promoted accounts. X answers 400 when none of the given line items promotes an account (x-ads-api.md
   * §6.4).
   */
  list(
    accountId: AccountId,
    options?: PromotedAccountListOptions,
  ): AsyncGenerator<Page<PromotedAccount>, void, undefined>;
}

export const createPromotedAccounts = (send: Send): PromotedAccountsApi => ({
  list: (accountId, options = {}) =>
    list(
      send,
      {
        path: `/accounts/${accountId}/promoted_accounts`,
        accountId,
        schema: promotedAccountSchema,
        idsName: 'promoted_account_ids',
      },
      options,
      [...idsParameter('line_item_ids', options.lineItemIds)],
    ),
});
