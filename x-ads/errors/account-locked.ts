import { XAdsError } from './x-ads-error.js';

/** The X user is suspended or locked out. Its credential is parked: a new sign-in shows that the person has unlocked it. */
export class AccountLocked extends XAdsError {
  override readonly name = 'AccountLocked' as const;
  override readonly nextStep = 'Sign in at x.com as this user and do what X asks for to unlock it; then reconnect.';
}
