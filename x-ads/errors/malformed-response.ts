import { XAdsError } from './x-ads-error.js';

/**
 * X answered with something that is not what the reference says: wrong type, broken JSON, truncated gzip, a redirect.
 */
export class MalformedResponse extends XAdsError {
  override readonly name = 'MalformedResponse' as const;
}
