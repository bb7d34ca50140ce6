import { XAdsError } from './x-ads-error.js';

/**
 * X no longer accepts the user's token pair: revoked, regenerated, or the user is gone. Park the credential; nothing
 * but a new authorisation helps.
 */
export class CredentialsRejected extends XAdsError {
  override readonly name = 'CredentialsRejected' as const;
  override readonly nextStep =
    'Reconnect: the person who connected this X user must click "Continue with X Ads" again.';
}
