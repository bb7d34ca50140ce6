import { XAdsError } from './x-ads-error.js';

/**
 * The ad account is unknown, or this user may not see it: X answers 403 for both, see x-ads-api.md §14.16. Other
 * accounts are unaffected.
 */
export class AccountNotVisible extends XAdsError {
  override readonly name = 'AccountNotVisible' as const;
  override readonly nextStep =
    'Ask the Business Administrator to add this X user under X Ads → Business Settings → Collaborators → People, or choose another account.';
}
