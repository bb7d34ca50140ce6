import { ApplicationFailure } from '@temporalio/common';
import { isConnectionError } from '../store/pool.js';
import * as x from '../x-ads/errors/index.js';
import { GateClosed } from './gate-closed.js';
import { OwnKeysRefused } from './own-keys.js';
import { Waiting } from './postponed.js';

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

/** When an activity failed: what its next attempt must wait for depends on it. Milliseconds; jitter from 0 to below 1. */
export interface Moment {
  readonly now: number;
  /** Since the activity was asked for. */
  readonly age: number;
  readonly jitter: number;
}

/** A delay of zero fails the activity for good, so it is never below a second; jitter keeps wakers apart. */
const delayUntil = (time: number, { now, jitter }: Moment): number =>
  Math.max(1_000, time - now) + Math.floor(jitter * 1_000);

const MOST_PATIENT_MS = 30_000;
/**
 * Half the age of the activity, which grows as a back-off does. Attempts would not tell: one that has waited out twenty
 * polls or limits has twenty of them, and its first real trouble would cost a minute.
 */
const backOff = ({ age, jitter }: Moment): number =>
  Math.floor(Math.min(MOST_PATIENT_MS, Math.max(1_000, age / 2)) + jitter * 1_000);

/** `reason` is what people read beside the time. */
const waiting = (
  type: string,
  message: string,
  until: number,
  at: Moment,
  reason: string = message,
): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: 'BENIGN',
    nextRetryDelay: delayUntil(until, at),
    details: [{ until: new Date(until).toISOString(), reason }],
  });

/** A worker is not given other keys within seconds, and each attempt costs X a refused call. */
const OWN_KEYS_MS = 3 * 60_000;

/** No refusal of an X user, and no final one as it is to somebody who signs in: the right keys cure it while it waits. */
const ownKeysRefused = ({ message, nextStep }: OwnKeysRefused, at: Moment): ApplicationFailure => {
  const until = at.now + OWN_KEYS_MS;
  return ApplicationFailure.create({
    type: 'ConsumerRejected',
    message,
    nextRetryDelay: delayUntil(until, at),
    details: [{ code: 'ConsumerRejected', nextStep, until: new Date(until).toISOString(), reason: message }],
  });
};

/** The failure that tells Temporal what to do; `undefined` when the error is no acquaintance and may pass as it is. */
export const toFailure = (error: unknown, at: Moment): ApplicationFailure | undefined => {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof GateClosed) return waiting('RateLimitWait', error.message, error.until, at, error.reason);
  if (error instanceof Waiting)
    return waiting(error.for, error.message, at.now + error.seconds * 1_000, { ...at, jitter: 0 });
  if (error instanceof OwnKeysRefused) return ownKeysRefused(error, at);
  if (error instanceof x.RateLimited) return waiting('RateLimited', error.message, error.resetAt, at);
  if (error instanceof x.TooManyJobs) return waiting('TooManyJobs', error.message, at.now + 15_000, at);
  if (error instanceof x.Unavailable) {
    if (error.retryAfterMs !== undefined)
      return waiting('XUnavailable', error.message, at.now + error.retryAfterMs, at);
    return ApplicationFailure.create({ type: 'XUnavailable', message: error.message, nextRetryDelay: backOff(at) });
  }
  if (error instanceof x.XAdsError) {
    const final = FINAL.some((kind) => error instanceof kind);
    return ApplicationFailure.create({
      type: error.name,
      message: error.nextStep === undefined ? error.message : `${error.message}. ${error.nextStep}`,
      ...(final ? { nonRetryable: true } : { nextRetryDelay: backOff(at) }),
      details: [{ code: error.name, nextStep: error.nextStep ?? error.message }],
    });
  }
  if (isConnectionError(error)) {
    return ApplicationFailure.create({
      type: 'PostgresUnreachable',
      message: 'Postgres does not answer; the activity is tried again.',
      nextRetryDelay: backOff(at),
    });
  }
  return undefined;
};

/** A refusal of our own that repeating cannot cure. */
export const finalFailure = (type: string, nextStep: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(nextStep, type, { code: type, nextStep });
