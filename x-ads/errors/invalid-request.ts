import { XAdsError } from './x-ads-error.js';

/** X refused the request itself (400, 405, 422…). Never retried: the same request would be refused again. */
export class InvalidRequest extends XAdsError {
  override readonly name = 'InvalidRequest' as const;
}
