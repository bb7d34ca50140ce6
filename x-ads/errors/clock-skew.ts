import { XAdsError } from './x-ads-error.js';

/** X refused the OAuth timestamp (code 135): the clock of this machine is wrong. */
export class ClockSkew extends XAdsError {
  override readonly name = 'ClockSkew' as const;
  override readonly nextStep = 'Set the clock of the machine that runs the importer (enable NTP), then try again.';
}
