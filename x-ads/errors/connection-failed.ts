import { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';

/** No whole answer arrived: no connection, a time-out, or a socket closed half-way. Try again. */
export class ConnectionFailed extends XAdsError {
  override readonly name = 'ConnectionFailed' as const;
  /** The platform's code, such as `ECONNREFUSED` or `UND_ERR_SOCKET`; `TIMEOUT` for our own deadline. */
  readonly reason: string;
  /** Whether the request may have reached X: a write must then be looked for before it is repeated. */
  readonly mayHaveBeenDone: boolean;

  constructor(
    message: string,
    details: XAdsErrorDetails & { readonly reason: string; readonly mayHaveBeenDone: boolean },
  ) {
    super(message, details);
    this.reason = details.reason;
    this.mayHaveBeenDone = details.mayHaveBeenDone;
  }
}
