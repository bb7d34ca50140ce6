/** The reason of an abort that was ours and not the caller's. */
export class TimeoutPassed extends Error {
  override readonly name = 'TimeoutPassed' as const;
}

/**
 * Runs `work` with a signal that aborts after `ms` milliseconds, or when the caller's does. One timer covers
 * connecting, headers and the whole body: a peer that sends a byte a second would outlive any timeout between bytes.
 */
export const withTimeout = async <T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => controller.abort(new TimeoutPassed(`no whole answer within ${ms} ms`)), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
};
