import { ApplicationFailure } from '@temporalio/common';
import { isConnectionError } from '../store/pool.js';
import * as x from '../x-ads/errors/index.js';
import { GateClosed } from './gate-closed.js';
import { NotificationWaits } from './notification-waits.js';

/**
 * From errors to Temporal failures, in one table. Types are stable words that workflows branch on; messages are for
 * people and may improve. What only time cures carries the time: it waits as a pending activity, without history.
 */

/** Refusals that repeating cannot cure; each has the one step that a person must take. */
const FINAL = [
  x.CredentialsRejected,
  x.ConsumerRejected,
  x.CallbackNotApproved,
  x.AppNotApproved,
  x.TokenTooOld,
  x.AccountNotVisible,
  x.AccountLocked,
  x.Forbidden,
  x.VerifierRejected,
  x.InvalidRequest,
  x.NotFound,
  x.NotAllowed,
  x.HostNotAllowed,
  x.ResponseTooLarge,
] as const;

/** A delay of zero fails the activity for good, so it is never below a second; jitter keeps wakers apart. */
const delayUntil = (time: number, now: number, jitter: number): number =>
  Math.max(1_000, time - now) + Math.floor(jitter * 1_000);

const waiting = (type: string, message: string, until: number, now: number, jitter: number): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: 'BENIGN',
    nextRetryDelay: delayUntil(until, now, jitter),
    details: [{ until: new Date(until).toISOString() }],
  });

/** The failure that tells Temporal what to do; `undefined` when the error is no acquaintance and may pass as it is. */
export const toFailure = (error: unknown, now: number, jitter: number): ApplicationFailure | undefined => {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof GateClosed) return waiting('RateLimitWait', error.message, error.until, now, jitter);
  if (error instanceof NotificationWaits)
    return waiting('NotificationWait', error.message, now + error.seconds * 1_000, now, jitter);
  if (error instanceof x.RateLimited) return waiting('RateLimited', error.message, error.resetAt, now, jitter);
  if (error instanceof x.TooManyJobs) return waiting('TooManyJobs', error.message, now + 15_000, now, jitter);
  if (error instanceof x.Unavailable) {
    if (error.retryAfterMs === undefined)
      return ApplicationFailure.create({ type: 'XUnavailable', message: error.message });
    return waiting('XUnavailable', error.message, now + error.retryAfterMs, now, jitter);
  }
  if (error instanceof x.XAdsError) {
    const final = FINAL.some((kind) => error instanceof kind);
    return ApplicationFailure.create({
      type: error.name,
      message: error.nextStep === undefined ? error.message : `${error.message}. ${error.nextStep}`,
      nonRetryable: final,
      details: [{ code: error.name, nextStep: error.nextStep ?? error.message }],
    });
  }
  if (isConnectionError(error)) {
    return ApplicationFailure.create({
      type: 'PostgresUnreachable',
      message: 'Postgres does not answer; the activity is tried again.',
    });
  }
  return undefined;
};

/** A refusal of our own that repeating cannot cure. */
export const finalFailure = (type: string, nextStep: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(nextStep, type, { code: type, nextStep });
