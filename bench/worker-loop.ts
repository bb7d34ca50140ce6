import { setTimeout as sleep } from 'node:timers/promises';

/* How long a worker's event loop was blocked, which is when its process answers nobody. */

const LOOK_EVERY_MS = 1_000;

const BLOCKED = /^nodejs_eventloop_lag_max_seconds (\S+)$/m;

export interface LoopWatch extends AsyncDisposable {
  /** The longest block so far, in seconds; null where the worker has told none. */
  longestBlock(): number | null;
}

const blockedSince = async (metricsUrl: string): Promise<number> => {
  const text = await fetch(metricsUrl)
    .then((response) => response.text())
    // While its loop is blocked for long it does not answer; the next answer tells of it.
    .catch(() => '');
  return Number(BLOCKED.exec(text)?.[1]);
};

/** Reads the metrics every second: the worker tells the longest block since it was asked last. Its start is not counted. */
export const watchLoop = async (metricsUrl: string): Promise<LoopWatch> => {
  const over = new AbortController();
  let longest: number | null = null;
  await blockedSince(metricsUrl);
  const watching = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      const seconds = await blockedSince(metricsUrl);
      if (Number.isFinite(seconds)) longest = Math.max(longest ?? 0, seconds);
      await sleep(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    longestBlock: () => longest,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await watching;
    },
  };
};
