import { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';

/** X is there but cannot serve now (5xx, 408, 423). Try again, not before `retryAfterMs`. */
export class Unavailable extends XAdsError {
  override readonly name = 'Unavailable' as const;
  /** X's `retry-after`, which must be obeyed (x-ads-api.md §11); sometimes missing. */
  readonly retryAfterMs: number | undefined;
  /** A write that ended so may have been done all the same (x-ads-api.md §9.3): list before repeating it. */
  readonly mayHaveBeenDone: boolean;

  constructor(
    message: string,
    details: XAdsErrorDetails & { readonly retryAfterMs: number | undefined; readonly mayHaveBeenDone: boolean },
  ) {
    super(message, details);
    this.retryAfterMs = details.retryAfterMs;
    this.mayHaveBeenDone = details.mayHaveBeenDone;
  }
}
