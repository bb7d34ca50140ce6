import { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';

/** X refused the call until `resetAt`. Waiting is the only cure. */
export class RateLimited extends XAdsError {
  override readonly name = 'RateLimited' as const;
  /** When the window ends, in milliseconds since 1970; where X did not say, a full window of the family from now. */
  readonly resetAt: number;
  /** Whose window is used up. */
  readonly scope: 'user' | 'account';

  constructor(
    message: string,
    details: XAdsErrorDetails & { readonly resetAt: number; readonly scope: 'user' | 'account' },
  ) {
    super(message, details);
    this.resetAt = details.resetAt;
    this.scope = details.scope;
  }
}
