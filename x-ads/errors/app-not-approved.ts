import { XAdsError } from './x-ads-error.js';

/** The app has no access to the Ads API. Approval is per app, see x-ads-api.md §2. */
export class AppNotApproved extends XAdsError {
  override readonly name = 'AppNotApproved' as const;
  override readonly nextStep =
    'Apply for Ads API access for this app (docs.x.com/forms/ads-api-access), then reconnect: tokens from before the approval stay refused.';
}
