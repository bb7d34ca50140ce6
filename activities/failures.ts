import { ApplicationFailure, type ApplicationFailureOptions } from '@temporalio/common';
import { isRefusedForEndedRun, RunOver } from '../store/import/run-over.js';
import { isConnectionError } from '../store/pool.js';
import * as x from '../x-ads/errors/index.js';
import { GateClosed } from './gate-closed.js';
import { OwnKeysRefused } from './own-keys.js';
import { removePeople, withoutPeople } from './personal-data.js';
import { Postponed } from './postponed.js';

/**
 * From errors to Temporal failures. Types are stable codes that workflows branch on; messages are for people and may
 * change. A failure that only time solves carries the time of the next attempt: the activity stays pending until then.
 */

/** Refusals that a retry cannot solve; each has the one step that a person must take. */
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

/** When an activity failed, by this machine's clock: the delay of its next attempt depends on it. Milliseconds; jitter from 0 to below 1. */
export interface FailureTime {
  readonly now: number;
  /** Since the workflow scheduled the activity. */
  readonly age: number;
  readonly jitter: number;
}

/** At least a second, because a delay of zero fails the activity for good; jitter spreads activities that wait together. */
const delayOf = (waitMs: number, { jitter }: FailureTime): number =>
  Math.max(1_000, waitMs) + Math.floor(jitter * 1_000);

const MAX_BACK_OFF_MS = 30_000;
/**
 * Half the age of the activity, which grows like a back-off. The number of attempts would be wrong: an activity that was
 * postponed twenty times has twenty of them, and its first real failure would cost a minute.
 */
const backOff = ({ age, jitter }: FailureTime): number =>
  Math.floor(Math.min(MAX_BACK_OFF_MS, Math.max(1_000, age / 2)) + jitter * 1_000);

type Details = Readonly<Record<string, string>>;

/** Every failure is made here, so that none names a person. */
const failure = ({
  message,
  details = [],
  ...rest
}: Omit<ApplicationFailureOptions, 'details'> & { readonly message: string; readonly details?: readonly Details[] }) =>
  ApplicationFailure.create({
    ...rest,
    message: withoutPeople(message),
    details: details.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, text]) => [name, withoutPeople(text)])),
    ),
  });

/** A failure that retries after a known time. `reason` is shown to people beside the time. */
const retryAfter = (
  type: string,
  message: string,
  waitMs: number,
  at: FailureTime,
  reason: string = message,
): ApplicationFailure =>
  failure({
    type,
    message,
    category: 'BENIGN',
    nextRetryDelay: delayOf(waitMs, at),
    details: [{ until: new Date(at.now + waitMs).toISOString(), reason }],
  });

/** Keys and clocks are not set right within seconds, and each attempt is another refused call to X. */
const OPERATOR_MS = 3 * 60_000;

/**
 * The operator of the machine must act. Not final, unlike the same refusal at a sign-in: once keys and clock are right, the
 * import continues.
 */
const operatorMustAct = (
  type: string,
  { message, nextStep }: { readonly message: string; readonly nextStep: string },
  at: FailureTime,
): ApplicationFailure =>
  failure({
    type,
    message,
    nextRetryDelay: delayOf(OPERATOR_MS, at),
    details: [{ code: type, nextStep, until: new Date(at.now + OPERATOR_MS).toISOString(), reason: message }],
  });

/** The Temporal failure of an error; `undefined` for unknown errors, which are rethrown without the names of people. */
export const toFailure = (error: unknown, at: FailureTime): ApplicationFailure | undefined => {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof GateClosed) return retryAfter('RateLimitWait', error.message, error.waitMs, at, error.reason);
  if (error instanceof Postponed)
    return retryAfter(error.for, error.message, error.seconds * 1_000, { ...at, jitter: 0 });
  if (error instanceof OwnKeysRefused) return operatorMustAct('ConsumerRejected', error, at);
  if (error instanceof x.ClockSkew) return operatorMustAct(error.name, error, at);
  if (error instanceof x.RateLimited) return retryAfter('RateLimited', error.message, error.waitMs, at);
  if (error instanceof x.TooManyJobs) return retryAfter('TooManyJobs', error.message, 15_000, at);
  if (error instanceof x.Unavailable) {
    if (error.retryAfterMs !== undefined) return retryAfter('XUnavailable', error.message, error.retryAfterMs, at);
    return failure({ type: 'XUnavailable', message: error.message, nextRetryDelay: backOff(at) });
  }
  if (error instanceof x.XAdsError) {
    const final = FINAL.some((kind) => error instanceof kind);
    return failure({
      type: error.name,
      message: error.nextStep === undefined ? error.message : `${error.message}. ${error.nextStep}`,
      ...(final ? { nonRetryable: true } : { nextRetryDelay: backOff(at) }),
      details: [{ code: error.name, nextStep: error.nextStep ?? error.message }],
    });
  }
  if (error instanceof RunOver) return finalFailure(error.code, error.message);
  if (isRefusedForEndedRun(error))
    return finalFailure('run_over', 'The import has ended; the next import of its days takes in what it has left.');
  if (isConnectionError(error)) {
    return failure({
      type: 'PostgresUnreachable',
      message: 'Postgres does not answer; the activity is tried again.',
      nextRetryDelay: backOff(at),
    });
  }
  removePeople(error);
  return undefined;
};

/** A refusal of our own that a retry cannot solve. */
export const finalFailure = (type: string, nextStep: string): ApplicationFailure =>
  failure({ type, message: nextStep, nonRetryable: true, details: [{ code: type, nextStep }] });
