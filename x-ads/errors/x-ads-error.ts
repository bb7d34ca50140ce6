import type { Instant } from '../../domain/calendar.js';

export interface XAdsErrorDetails {
  /** HTTP method and path of the call, without its query: it names account and endpoint, and holds no secret. */
  readonly requestPath: string;
  readonly status?: number | undefined;
  /** All of X's error codes, in X's order; the gateway's numbers as text. */
  readonly codes?: readonly string[] | undefined;
  /** X's own words, shortened and without secrets. */
  readonly xMessage?: string | undefined;
  /** By X's clock (the `date` header), where X answered. */
  readonly observedAt?: Instant | undefined;
}

/** A failed call to X. There is a subclass for each thing that the caller should do about it. */
export class XAdsError extends Error {
  override readonly name: string = 'XAdsError';
  readonly requestPath: string;
  readonly status: number | undefined;
  /** The first of `codes`. */
  readonly code: string | undefined;
  readonly codes: readonly string[];
  readonly xMessage: string | undefined;
  readonly observedAt: Instant | undefined;
  /** What a person must do, where somebody must. */
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
