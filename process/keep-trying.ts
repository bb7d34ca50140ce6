import { setTimeout as sleep } from 'node:timers/promises';

export interface KeepTrying<T> {
  readonly attempt: () => Promise<T>;
  /** May it succeed later? Anything else is thrown on at once. */
  readonly mayPass: (error: unknown) => boolean;
  /** Told of each failure, and when the next attempt is. */
  readonly onFailure: (error: unknown, nextInMs: number) => void;
  /** Ends the trying; the answer is then `undefined`. */
  readonly signal: AbortSignal;
  /** (Default: 1,000) */
  readonly firstPauseMs?: number;
}

const LONGEST_PAUSE_MS = 15_000;

/** Tries until it works: what a process starts after, and what restarts under it, must not end it. */
export const keepTrying = async <T>(options: KeepTrying<T>): Promise<T | undefined> => {
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
