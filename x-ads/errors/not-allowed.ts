import { XAdsError } from './x-ads-error.js';

/** The transport's allow-list does not contain this call; nothing was sent. A mistake of ours. */
export class NotAllowed extends XAdsError {
  override readonly name = 'NotAllowed' as const;
}
