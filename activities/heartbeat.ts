import { setMaxListeners } from 'node:events';
import { cancellationSignal, Context } from '@temporalio/activity';
import type { z } from 'zod';

const HEARTBEAT_MS = 3_000;

/** What the attempts that run now have done so far. */
const progress = new WeakMap<Context, unknown>();

/**
 * Heartbeats while the work runs, so that a dead worker is noticed within the heartbeat timeout and a cancellation reaches
 * the work. The progress of an import is committed in Postgres, and an attempt begins by reading it; what works through a
 * long list keeps how far it is in the details.
 */
export const withHeartbeat = async <T>(work: () => Promise<T>): Promise<T> => {
  const context = Context.current();
  // Every open call listens to the signal, and Node warns of a leak from the eleventh listener on.
  setMaxListeners(0, cancellationSignal());
  const beat = (): void => context.heartbeat(progress.get(context) ?? context.info.heartbeatDetails);
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    return await work();
  } catch (error) {
    // The next attempt begins where this one ends.
    if (progress.has(context)) beat();
    throw error;
  } finally {
    clearInterval(timer);
  }
};

/** From now on heartbeats carry this value as it is at that moment: ids, counts and codes only. */
export const keepProgress = (value: unknown): void => void progress.set(Context.current(), value);

/** How far the attempt before this one was; undefined for the first. */
export const earlierProgress = <T>(schema: z.ZodType<T>): T | undefined =>
  schema.safeParse(Context.current().info.heartbeatDetails).data;

/** Milliseconds from when the workflow scheduled the activity to this attempt, by the clock of the Temporal server. */
export const ageOfActivity = (): number => {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
};

export const isFirstAttempt = (): boolean => Context.current().info.attempt === 1;
