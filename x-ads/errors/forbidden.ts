import { XAdsError } from './x-ads-error.js';

/** X understood and refused (a 403 with no better name). Stop this account, not the run. */
export class Forbidden extends XAdsError {
  override readonly name = 'Forbidden' as const;
  override readonly nextStep =
    'See that this X user is Campaign Analyst, Ad Manager or Account Administrator of the ad account, and that the app may read and write.';
}
