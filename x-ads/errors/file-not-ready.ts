import { XAdsError } from './x-ads-error.js';

/**
 * The result file answers 404 or 426: not there yet, or gone after 48 hours. The caller knows which, by the job's
 * `expires_at`.
 */
export class FileNotReady extends XAdsError {
  override readonly name = 'FileNotReady' as const;
}
