/** Failures: no answer came, the answer is of no use, or the request was never sent. */
import { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';

const CHECK_NETWORK =
  'See that the machine reaches X: its network, name server, firewall and proxy, and X_ADS_API_URL and X_API_URL where they are set.';

/** No whole answer arrived: no connection, a timeout, or a socket closed half-way. Worth a retry. */
export class ConnectionFailed extends XAdsError {
  override readonly name = 'ConnectionFailed' as const;
  /** The platform's code, such as `ECONNREFUSED` or `UND_ERR_SOCKET`; `TIMEOUT` for our own timeout. */
  readonly reason: string;
  /** Whether the request may have reached X: a write must then be looked for before it is repeated. */
  readonly mayHaveBeenDone: boolean;
  override readonly nextStep: string | undefined;

  constructor(message: string, details: XAdsErrorDetails & Pick<ConnectionFailed, 'reason' | 'mayHaveBeenDone'>) {
    super(message, details);
    this.reason = details.reason;
    this.mayHaveBeenDone = details.mayHaveBeenDone;
    // Without a connection, X itself is seldom the reason.
    this.nextStep = details.mayHaveBeenDone ? undefined : CHECK_NETWORK;
  }
}

/** X is there but cannot serve now (5xx, 408, 423). Worth a retry, not before `retryAfterMs`. */
export class Unavailable extends XAdsError {
  override readonly name = 'Unavailable' as const;
  /** X's `retry-after`, which X wants obeyed (docs/x-ads-api.md §11); undefined where X sent none. */
  readonly retryAfterMs: number | undefined;
  /** Whether X may have done the write all the same (docs/x-ads-api.md §9.3): list before it is repeated. */
  readonly mayHaveBeenDone: boolean;

  constructor(message: string, details: XAdsErrorDetails & Pick<Unavailable, 'retryAfterMs' | 'mayHaveBeenDone'>) {
    super(message, details);
    this.retryAfterMs = details.retryAfterMs;
    this.mayHaveBeenDone = details.mayHaveBeenDone;
  }
}

/** The answer is not what the reference says: a wrong type, broken JSON, truncated gzip, a redirect. */
export class MalformedResponse extends XAdsError {
  override readonly name = 'MalformedResponse' as const;
}

/** The answer is larger than the size cap; the rest of it was not read. */
export class ResponseTooLarge extends XAdsError {
  override readonly name = 'ResponseTooLarge' as const;
}

/**
 * The host of result files answers 404, 410 or 426: the file is not there yet, or was deleted after 48 hours. The job's
 * `expires_at` says which.
 */
export class FileNotReady extends XAdsError {
  override readonly name = 'FileNotReady' as const;
}

/** A result file's address is not on X's host for them. Nothing was sent. */
export class HostNotAllowed extends XAdsError {
  override readonly name = 'HostNotAllowed' as const;
}

/** The transport's allow-list does not contain this call. Nothing was sent; the mistake is ours. */
export class NotAllowed extends XAdsError {
  override readonly name = 'NotAllowed' as const;
}
