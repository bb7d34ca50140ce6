import type { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { finalFailure, toFailure } from '../../activities/failures.js';
import { OwnKeysRefused } from '../../activities/own-keys.js';
import { GateClosed } from '../../activities/gate-closed.js';
import * as x from '../../x-ads/errors/index.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const details = { requestPath: 'GET /12/accounts', status: 400, xMessage: 'no' };
const MESSAGE = 'GET /12/accounts: HTTP 400: no';

const translate = (error: unknown, jitter = 0.5, age = 0): ApplicationFailure => {
  const failure = toFailure(error, { now: NOW, age, jitter });
  if (failure === undefined) throw new Error('was not translated');
  return failure;
};
const delayOf = ({ nextRetryDelay }: ApplicationFailure): number => {
  if (typeof nextRetryDelay !== 'number') throw new Error(`no delay: ${String(nextRetryDelay)}`);
  return nextRetryDelay;
};

describe('refusals that repeating cannot cure', () => {
  test.each([
    new x.CredentialsRejected(MESSAGE, details),
    new x.ConsumerRejected(MESSAGE, details),
    new x.CallbackNotApproved(MESSAGE, details),
    new x.AppNotApproved(MESSAGE, details),
    new x.TokenTooOld(MESSAGE, details),
    new x.AccountNotVisible(MESSAGE, details),
    new x.AccountLocked(MESSAGE, details),
    new x.Forbidden(MESSAGE, details),
    new x.VerifierRejected(MESSAGE, details),
    new x.InvalidRequest(MESSAGE, details),
    new x.NotFound(MESSAGE, details),
    new x.NotAllowed(MESSAGE, details),
    new x.HostNotAllowed(MESSAGE, details),
    new x.ResponseTooLarge(MESSAGE, details),
  ])('$name ends the activity, by its own name and with the next step', (error) => {
    const failure = translate(error);
    expect(failure).toMatchObject({ type: error.name, nonRetryable: true });
    expect(failure.nextRetryDelay).toBeUndefined();
    expect(failure.details).toEqual([{ code: error.name, nextStep: error.nextStep ?? MESSAGE }]);
    expect(failure.message).toContain(MESSAGE);
    if (error.nextStep !== undefined) expect(failure.message).toContain(error.nextStep);
  });
});

test('no failure names a person, whatever X or a server says', () => {
  const said = 'sorry @ada_lovelace, ada.lovelace+x@mail.example.com is suspended';
  const errors = [
    new x.Forbidden(`GET /12/accounts: HTTP 403: ${said}`, { ...details, xMessage: said }),
    new x.Unavailable(said, { ...details, retryAfterMs: undefined, mayHaveBeenDone: false }),
    new GateClosed({ reason: said, until: 'then', waitMs: 0 }),
    finalFailure('denied', said),
  ];
  const unknown = new Error(said, { cause: new Error(said) });
  expect(toFailure(unknown, { now: NOW, age: 0, jitter: 0 })).toBeUndefined();
  const told = [...errors.map((error) => translate(error)), unknown, unknown.cause as Error].map((error) =>
    JSON.stringify([error.message, error.stack, 'details' in error ? error.details : []]),
  );
  for (const text of told) {
    expect(text).toContain('sorry @…, (an address) is suspended');
    expect(text).not.toMatch(/ada/i);
  }
});

describe('troubles that pass', () => {
  test.each([
    new x.MalformedResponse(MESSAGE, details),
    new x.FileNotReady(MESSAGE, details),
    new x.ConnectionFailed(MESSAGE, { ...details, reason: 'ECONNREFUSED', mayHaveBeenDone: false }),
  ])('$name is tried again, later and later', (error) => {
    const failure = translate(error);
    expect(failure).toMatchObject({ type: error.name, nonRetryable: false });
    expect(failure.category).not.toBe('BENIGN');
    // By the age of the activity: one that has waited out twenty polls has had no trouble yet.
    expect([0, 10_000, 40_000, 86_400_000].map((age) => delayOf(translate(error, 0, age)))).toEqual([
      1_000, 5_000, 20_000, 30_000,
    ]);
  });

  test('X being unavailable without a word of when is tried again, later and later', () => {
    const error = new x.Unavailable(MESSAGE, { ...details, retryAfterMs: undefined, mayHaveBeenDone: true });
    expect(translate(error)).toMatchObject({ type: 'XUnavailable', nonRetryable: false });
    expect(delayOf(translate(error, 0.5, 20_000))).toBe(10_500);
  });

  test('our own keys being refused is tried again after some minutes, and says which variables to check', () => {
    const failure = translate(new OwnKeysRefused(new x.ConsumerRejected(MESSAGE, details)));
    expect(failure).toMatchObject({ type: 'ConsumerRejected', nonRetryable: false });
    expect(failure.category).not.toBe('BENIGN');
    expect(failure.message).toMatch(/X_CONSUMER_KEY and X_CONSUMER_SECRET/);
    expect(failure.details).toMatchObject([
      { code: 'ConsumerRejected', reason: failure.message, until: new Date(NOW + 180_000).toISOString() },
    ]);
    expect(delayOf(failure)).toBe(180_500);
  });

  test.each(['08006', '57P01', 'ECONNREFUSED'])('Postgres gone (%s) is tried again, without its address', (code) => {
    const error = Object.assign(new Error('connect to postgres://importer:hunter2@db:5432'), { code });
    const failure = translate(error);
    expect(failure).toMatchObject({ type: 'PostgresUnreachable', nonRetryable: false });
    expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toContain('hunter2');
  });
});

describe('waiting, which is not failing', () => {
  const waitMs = 90_000;
  const until = NOW + waitMs;
  /** By Postgres' clock, which is an hour ahead here. */
  const closed = (wait: number): GateClosed =>
    new GateClosed({ reason: 'used up', until: new Date(NOW + 3_600_000 + wait).toISOString(), waitMs: wait });
  test.each([
    ['RateLimitWait', closed(waitMs), until],
    ['RateLimited', new x.RateLimited(MESSAGE, { ...details, waitMs, scope: 'user' }), until],
    ['TooManyJobs', new x.TooManyJobs(MESSAGE, details), NOW + 15_000],
    ['XUnavailable', new x.Unavailable(MESSAGE, { ...details, retryAfterMs: 90_000, mayHaveBeenDone: false }), until],
  ])('%s is benign, and says until when', (type, error, end) => {
    const failure = translate(error);
    expect(failure).toMatchObject({ type, nonRetryable: false, category: 'BENIGN' });
    const reason = error instanceof GateClosed ? error.reason : error.message;
    expect(failure.details).toEqual([{ until: new Date(end).toISOString(), reason }]);
    expect(delayOf(failure)).toBe(end - NOW + 500);
  });

  test.each([0, 0.3, 0.999])('a moment that has passed still waits a second (jitter %d)', (jitter) => {
    for (const error of [
      closed(-5_000),
      new x.RateLimited(MESSAGE, { ...details, waitMs: 0, scope: 'account' }),
      new x.Unavailable(MESSAGE, { ...details, retryAfterMs: 0, mayHaveBeenDone: false }),
    ]) {
      const delay = delayOf(translate(error, jitter));
      // Zero would fail the activity for good.
      expect(delay).toBeGreaterThanOrEqual(1_000);
      expect(delay).toBeLessThan(2_000);
      expect(Number.isInteger(delay)).toBe(true);
    }
  });
});

test('every error of the client has its row', () => {
  const rows = new Set([
    'CredentialsRejected',
    'ConsumerRejected',
    'CallbackNotApproved',
    'AppNotApproved',
    'TokenTooOld',
    'AccountNotVisible',
    'AccountLocked',
    'Forbidden',
    'VerifierRejected',
    'InvalidRequest',
    'NotFound',
    'NotAllowed',
    'HostNotAllowed',
    'ResponseTooLarge',
    'ClockSkew',
    'MalformedResponse',
    'FileNotReady',
    'ConnectionFailed',
    'Unavailable',
    'RateLimited',
    'TooManyJobs',
  ]);
  const classes = Object.keys(x).filter((name) => name !== 'XAdsError' && /^[A-Z]/.test(name));
  expect(new Set(classes)).toEqual(rows);
});

test('a failure of our own passes as it is, and a stranger untranslated', () => {
  const own = finalFailure('no_grant', 'Choose the account first.');
  expect(translate(own)).toBe(own);
  expect(own).toMatchObject({ type: 'no_grant', nonRetryable: true, message: 'Choose the account first.' });
  expect(own.details).toEqual([{ code: 'no_grant', nextStep: 'Choose the account first.' }]);
  expect(toFailure(new RangeError('a mistake of ours'), { now: NOW, age: 0, jitter: 0 })).toBeUndefined();
  expect(toFailure('a string', { now: NOW, age: 0, jitter: 0 })).toBeUndefined();
});
