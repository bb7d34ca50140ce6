import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from '../../bench/outage.js';

/**
 * How long a test waits for one thing. Nothing takes as long even on a busy machine, so whatever does, hangs. It is less than
 * a test's own time-out in `vitest.config.ts`, so that the failure says what was waited for.
 */
export const WAIT_MS = 600_000;

const LOOK_EVERY_MS = 50;

export interface UntilOptions {
  /** Whether a look that throws is repeated. (Default: no) */
  readonly mayFail?: (error: unknown) => boolean;
}

/** Repeats `look` until it returns something other than `undefined` and `false`. */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { mayFail = () => false }: UntilOptions = {},
): Promise<T> => {
  const giveUp = Date.now() + WAIT_MS;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      if (!mayFail(error)) throw error;
      last = error;
    }
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`, { cause: last });
    await sleep(LOOK_EVERY_MS);
  }
};

/** The result of a call that is repeated while a server is away. What the importer itself refuses is thrown. */
export const throughOutage = async <T>(call: () => Promise<T>): Promise<T> => {
  const { result } = await until('a server to come back', async () => ({ result: await call() }), {
    mayFail: isOutage,
  });
  return result;
};
