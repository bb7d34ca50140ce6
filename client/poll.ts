import { setTimeout as sleep } from 'node:timers/promises';

export interface PollOptions<T> {
  /** Answers `undefined` while there is nothing yet. */
  readonly look: () => Promise<T | undefined>;
  /** Between two looks, in milliseconds; grows to half a second, so that a long wait costs little. */
  readonly interval: number;
  /** In milliseconds. */
  readonly timeout: number;
  /** Makes the error that is thrown when the timeout is over. */
  readonly onTimeout: () => Error;
  readonly signal?: AbortSignal | undefined;
  /** Keep the interval as it is. (Default: false) */
  readonly steady?: boolean;
}

/** Looks until there is an answer, and returns it. */
export const poll = async <T>({ look, interval, timeout, onTimeout, signal, steady }: PollOptions<T>): Promise<T> => {
  const end = Date.now() + timeout;
  let pause = interval;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await look();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) throw onTimeout();
    await sleep(Math.min(pause, Math.max(1, end - Date.now())), undefined, signal === undefined ? {} : { signal });
    if (steady !== true) pause = Math.min(pause * 1.3, Math.max(interval, 500));
  }
};

export interface SeenWithin<T> {
  readonly look: () => Promise<T>;
  readonly isDone: (seen: T) => boolean;
  /** For how long to look, in milliseconds; 0 for one look. */
  readonly wait: number;
  /** Between two looks, in milliseconds. */
  readonly interval: number;
  readonly signal?: AbortSignal | undefined;
}

/** Looks until it is done, and returns what was seen last: also what was not done within the wait. */
export const seenWithin = async <T>({ look, isDone, wait, interval, signal }: SeenWithin<T>): Promise<T> => {
  const end = Date.now() + wait;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    const left = end - Date.now();
    if (left <= 0 || isDone(seen)) return seen;
    await sleep(Math.min(interval, left), undefined, signal === undefined ? {} : { signal });
  }
};
