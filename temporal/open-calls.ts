import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

export interface OpenCalls {
  /** For the connection: the SDK's own retries, and the count around them. */
  readonly interceptors: Interceptor[];
  /** Resolves when no call is open any more, after some milliseconds at the latest. */
  ended(timeout: number): Promise<void>;
}

/**
 * Counts the calls of a connection. The SDK makes a retry in a timer, also where nobody waits for the answer any more: on a
 * connection that has been closed meanwhile it throws where nobody can catch it, and the process ends. So whoever closes a
 * connection waits for its calls first.
 */
export const countOpenCalls = (): OpenCalls => {
  let open = 0;
  let whenEnded: (() => void) | undefined;
  const count: Interceptor = (options, nextCall) => {
    const call = nextCall(options);
    const start = call.start.bind(call);
    call.start = (metadata, listener) => {
      open += 1;
      start(metadata, {
        onReceiveMetadata: (received) => listener?.onReceiveMetadata?.(received),
        onReceiveMessage: (message: unknown) => listener?.onReceiveMessage?.(message),
        onReceiveStatus: (status) => {
          open -= 1;
          listener?.onReceiveStatus?.(status);
          if (open === 0) whenEnded?.();
        },
      });
    };
    return call as ReturnType<Interceptor>;
  };
  return {
    interceptors: [count, makeGrpcRetryInterceptor(defaultGrpcRetryOptions())],
    ended: async (timeout) => {
      if (open === 0) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, timeout);
        whenEnded = () => {
          clearTimeout(late);
          resolve();
        };
      });
    },
  };
};
