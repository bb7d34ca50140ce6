import { XAdsError } from './x-ads-error.js';

/** A download address that is not X's result host; nothing was sent. */
export class HostNotAllowed extends XAdsError {
  override readonly name = 'HostNotAllowed' as const;
}
