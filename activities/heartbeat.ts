import { setMaxListeners } from 'node:events';
import { cancellationSignal, Context } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/**
 * Heartbeats while the work runs, so that a dead worker is noticed within the heartbeat timeout and a cancellation reaches
 * the work. Heartbeats carry no details: progress is committed in Postgres, and an attempt begins by reading it.
 */
export const withHeartbeat = async <T>(work: () => Promise<T>): Promise<T> => {
  const context = Context.current();
  // Every open call listens to the signal, and Node warns of a leak from the eleventh listener on.
  setMaxListeners(0, cancellationSignal());
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
};

/** Milliseconds from when the workflow scheduled the activity to this attempt, by the clock of the Temporal server. */
export const ageOfActivity = (): number => {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
};

export const isFirstAttempt = (): boolean => Context.current().info.attempt === 1;
