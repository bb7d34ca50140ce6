import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions<T> {
  readonly attempt: () => Promise<T>;
  /** Whether a later attempt may succeed. Any other error is rethrown at once. */
  readonly mayPass: (error: unknown) => boolean;
  /** Called after each failed attempt, with the milliseconds until the next one. */
  readonly onFailure: (error: unknown, nextInMs: number) => void;
  /** Ends the retries; the answer is then `undefined`. */
  readonly signal: AbortSignal;
  /** (Default: 1,000) */
  readonly firstPauseMs?: number;
}

const LONGEST_PAUSE_MS = 15_000;

/**
 * Repeats the attempt until it succeeds, with pauses that double. A process may start before what it needs, and must
 * not end when that restarts.
 */
export const retryAtStart = async <T>(options: RetryOptions<T>): Promise<T | undefined> => {
  const { attempt, mayPass, onFailure, signal, firstPauseMs = 1_000 } = options;
  for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error)) throw error;
      onFailure(error, pause);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
};
