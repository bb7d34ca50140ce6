import type { Instant } from '../../domain/calendar.js';

export interface XAdsErrorDetails {
  /** HTTP method and path of the call, without query: it names account and endpoint, and never holds a secret. */
  readonly requestPath: string;
  readonly status?: number | undefined;
  /** All of X's error codes, numeric gateway codes written as text. */
  readonly codes?: readonly string[] | undefined;
  /** X's own words, shortened, with anything secret taken out. */
  readonly xMessage?: string | undefined;
  /** X's *now* (the `date` header), where X answered. */
  readonly observedAt?: Instant | undefined;
}

/** What every failure of a call to X has in common. Subclasses are named by what the caller should do. */
export class XAdsError extends Error {
  override readonly name: string = 'XAdsError';
  readonly requestPath: string;
  readonly status: number | undefined;
  /** The first of `codes`. */
  readonly code: string | undefined;
  readonly codes: readonly string[];
  readonly xMessage: string | undefined;
  readonly observedAt: Instant | undefined;
  /** The one step that a person must take, where there is one. */
  readonly nextStep: string | undefined = undefined;

  constructor(message: string, details: XAdsErrorDetails) {
    super(message);
    this.requestPath = details.requestPath;
    this.status = details.status;
    this.codes = details.codes ?? [];
    this.code = this.codes[0];
    this.xMessage = details.xMessage;
    this.observedAt = details.observedAt;
  }
}
