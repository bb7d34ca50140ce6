import { setTimeout as delay } from 'node:timers/promises';
import { ImporterError } from '../client/errors.js';
import { isConnectionError } from '../store/pool.js';

/** A server is away, or a worker does not answer: the call may be repeated later. */
export const isOutage = (error: unknown): boolean =>
  isConnectionError(error) ||
  (error instanceof ImporterError && ['unreachable', 'worker_not_answering'].includes(error.code));

/**
 * The result of a call that is repeated while a server is away.
 * @throws what the importer itself refuses, and the outage when it does not end within `milliseconds`
 */
export const throughOutage = async <T>(call: () => Promise<T>, milliseconds: number): Promise<T> => {
  const giveUp = Date.now() + milliseconds;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isOutage(error) || Date.now() > giveUp) throw error;
      await delay(200);
    }
  }
};

/** An error and what led to it, in a line. */
export const causes = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause === undefined ? '' : `, because ${causes(error.cause)}`}`
    : String(error);
