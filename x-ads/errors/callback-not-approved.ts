import { XAdsError } from './x-ads-error.js';

/** The callback address is not registered in the app (code 415): X matches callbacks exactly, see x-ads-api.md §3.4. */
export class CallbackNotApproved extends XAdsError {
  override readonly name = 'CallbackNotApproved' as const;
  override readonly nextStep =
    "Add the callback address, character for character, to the app's callback URLs at console.x.com.";
}
