import { XAdsError } from './x-ads-error.js';

/** The ad account has 100 stats jobs in processing, ours and other tools' together. Wait for a slot; not an error. */
export class TooManyJobs extends XAdsError {
  override readonly name = 'TooManyJobs' as const;
}
