/** Why a signal of ours aborted, as opposed to the caller's. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed' as const;
}

/**
 * Runs `work` with a signal that aborts after `ms`, or with the caller's. One timer for connecting, headers and the
 * whole body: a peer that drips a byte a second would outlive any time-out between bytes.
 */
export const withDeadline = async <T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlinePassed(`no whole answer within ${ms} ms`)), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
};
