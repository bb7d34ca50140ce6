import { setTimeout as sleep } from 'node:timers/promises';

export interface PollOptions<T> {
  /** Answers `undefined` while there is nothing yet. */
  readonly look: () => Promise<T | undefined>;
  /** Between two looks, in milliseconds; doubles up to ten times as much, so that a long wait costs little. */
  readonly interval: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly late: () => Error;
  readonly signal?: AbortSignal | undefined;
  /** Keep the interval as it is. (Default: false) */
  readonly steady?: boolean;
}

/** Looks until there is something to see. */
export const poll = async <T>({ look, interval, timeout, late, signal, steady }: PollOptions<T>): Promise<T> => {
  const end = Date.now() + timeout;
  let pause = interval;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() >= end) throw late();
    await sleep(Math.min(pause, Math.max(1, end - Date.now())), undefined, signal === undefined ? {} : { signal });
    if (steady !== true) pause = Math.min(pause * 1.3, Math.max(interval, 500));
  }
};
