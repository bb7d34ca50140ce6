import { setMaxListeners } from 'node:events';
import { cancellationSignal, Context } from '@temporalio/activity';

const BEAT_MS = 3_000;

/**
 * Beats while the work goes on, so that a killed worker is noticed within the heartbeat time-out and a cancellation
 * reaches the work. No details: progress is in Postgres, committed, and an attempt begins by reading it.
 */
export const whileBeating = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    const signal = cancellationSignal();
    // Each call under way listens to it, and Node would warn of a leak from the eleventh on.
    setMaxListeners(0, signal);
    return await work(signal);
  } finally {
    clearInterval(beat);
  }
};

/** Milliseconds from when the activity was asked for to this attempt, by the clock of the Temporal server alone. */
export const ageOfActivity = (): number => {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
};

export const isFirstAttempt = (): boolean => Context.current().info.attempt === 1;
