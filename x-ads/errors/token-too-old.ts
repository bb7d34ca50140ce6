import { XAdsError } from './x-ads-error.js';

/**
 * The token was made before the app was approved, or lacks a permission: only a new one will do, see x-ads-api.md §2.
 */
export class TokenTooOld extends XAdsError {
  override readonly name = 'TokenTooOld' as const;
  override readonly nextStep =
    'Disconnect the app under Settings → Security → Apps in X, then reconnect, so that X makes a new token.';
}
