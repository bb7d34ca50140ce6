import { XAdsError } from './x-ads-error.js';

/** The answer passed the size cap and was cut off. */
export class ResponseTooLarge extends XAdsError {
  override readonly name = 'ResponseTooLarge' as const;
}
