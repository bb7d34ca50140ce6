import { ConnectionFailed, XAdsError } from './errors/index.js';
import { TimeoutPassed } from './timeout.js';

/** Codes of failures before the request can have been sent: no address, no socket, no TLS. */
const notSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** False for mistakes of ours, such as a `RangeError`. */
const isNetworkError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/**
 * The error to throw for a failed exchange. The caller's own abort is returned as it was given. The platform's error is
 * not kept as a cause: it may hold the request, and the request holds the signature.
 */
export const connectionFailure = (error: unknown, signal: AbortSignal, requestPath: string): unknown => {
  if (error instanceof XAdsError) return error;
  if (signal.aborted) {
    const reason: unknown = signal.reason;
    if (!(reason instanceof TimeoutPassed)) return reason;
    return new ConnectionFailed(`${requestPath}: ${reason.message}`, {
      requestPath,
      reason: 'TIMEOUT',
      mayHaveBeenDone: true,
    });
  }
  if (!isNetworkError(error)) return error;
  const isReached = !notSent.has(error.code);
  const what = isReached ? 'no answer' : 'X cannot be reached';
  return new ConnectionFailed(`${requestPath}: ${what} (${error.code})`, {
    requestPath,
    reason: error.code,
    mayHaveBeenDone: isReached,
  });
};
