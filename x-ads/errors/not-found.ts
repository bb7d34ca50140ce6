import { XAdsError } from './x-ads-error.js';

/** X does not have the thing or the route that was asked for. Never retried. */
export class NotFound extends XAdsError {
  override readonly name = 'NotFound' as const;
}
