import { XAdsError } from './x-ads-error.js';

/** The return from the consent page cannot be exchanged: used already, expired, or not ours. */
export class VerifierRejected extends XAdsError {
  override readonly name = 'VerifierRejected' as const;
  override readonly nextStep =
    'Start again with "Continue with X Ads": the return from X works once and only for some minutes.';
}
