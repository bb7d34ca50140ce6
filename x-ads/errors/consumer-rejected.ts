import { XAdsError } from './x-ads-error.js';

/** X does not accept the keys of our app (or has suspended it). Every connection is affected; the operator must act. */
export class ConsumerRejected extends XAdsError {
  override readonly name = 'ConsumerRejected' as const;
  override readonly nextStep =
    'Compare X_CONSUMER_KEY and X_CONSUMER_SECRET with the keys of the app at console.x.com, and see that the app is not suspended.';
}
