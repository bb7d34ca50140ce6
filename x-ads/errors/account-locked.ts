import { XAdsError } from './x-ads-error.js';

/** The X user is suspended or locked out. The tokens may come back to life when the person unlocks it. */
export class AccountLocked extends XAdsError {
  override readonly name = 'AccountLocked' as const;
  override readonly nextStep =
    'Sign in at x.com as this user and follow what X asks for; then reconnect if the importer still says so.';
}
