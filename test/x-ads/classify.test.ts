import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { classify, XAdsError } from '../../x-ads/errors/index.js';

const call = {
  method: 'GET',
  path: '/12/accounts/a1/campaigns',
  host: 'ads',
  scope: 'account',
  windowSeconds: 900,
  aheadMs: undefined,
} as const;
const requestToken = { ...call, method: 'POST', path: '/oauth/request_token', host: 'oauth' } as const;
const accessToken = { ...requestToken, path: '/oauth/access_token' } as const;
const revoke = { ...requestToken, path: '/1.1/oauth/invalidate_token' } as const;

const body = (code: string | number, message = 'words'): string =>
  JSON.stringify({ errors: [{ code, message }], request: { params: {} } });
const html = '<!DOCTYPE html><html><body><h1>Over capacity</h1></body></html>';

describe('a refusal is named by what the caller should do', () => {
  test.each([
    // The gateway's numbers, docs/x-ads-api.md §3.4.
    [401, body(32), call, 'CredentialsRejected'],
    [401, body(89), call, 'CredentialsRejected'],
    [400, body(215), call, 'CredentialsRejected'],
    [400, body(32), call, 'CredentialsRejected'],
    [401, body('UNAUTHORIZED_ACCESS'), call, 'CredentialsRejected'],
    [401, '', call, 'CredentialsRejected'],
    [401, html, call, 'CredentialsRejected'],
    [401, body(89), revoke, 'CredentialsRejected'],
    [401, body(135), call, 'ClockSkew'],
    [401, body(135), requestToken, 'ClockSkew'],
    [401, body(135), accessToken, 'ClockSkew'],
    [403, body(64), call, 'AccountLocked'],
    [403, body(326), call, 'AccountLocked'],
    [403, body(261), call, 'Forbidden'],
    [429, body(88), call, 'RateLimited'],
    [400, body(88), call, 'RateLimited'],
    [404, body(34), call, 'NotFound'],
    [503, body(130), call, 'Unavailable'],
    [500, body(131), call, 'Unavailable'],
    // The three legs.
    [401, body(32), requestToken, 'ConsumerRejected'],
    [400, body(215), requestToken, 'ConsumerRejected'],
    [401, body(416), requestToken, 'ConsumerRejected'],
    [401, 'Failed to validate oauth signature and token', requestToken, 'ConsumerRejected'],
    [403, body(415), requestToken, 'CallbackNotApproved'],
    [401, body(417), requestToken, 'CallbackNotApproved'],
    [403, '<?xml version="1.0"?><errors/>', requestToken, 'CallbackNotApproved'],
    [401, 'Callback URL not approved', requestToken, 'CallbackNotApproved'],
    [401, 'Error processing your OAuth request: Invalid oauth_verifier parameter', accessToken, 'VerifierRejected'],
    [401, 'Request token missing', accessToken, 'VerifierRejected'],
    [401, 'Ongeldig request token.', accessToken, 'VerifierRejected'],
    [401, body(89), accessToken, 'VerifierRejected'],
    [401, body(32), accessToken, 'ConsumerRejected'],
    [503, html, accessToken, 'Unavailable'],
    // The Ads API's words, docs/x-ads-api.md §12.
    [403, body('UNAUTHORIZED_CLIENT_APPLICATION'), call, 'AppNotApproved'],
    [403, body('INSUFFICIENT_USER_AUTHORIZED_PERMISSION'), call, 'TokenTooOld'],
    [403, body('ACCOUNT_NOT_FOUND'), call, 'AccountNotVisible'],
    [403, body('NOT_FOUND', 'Account 938627011618263040 was not found'), call, 'AccountNotVisible'],
    [403, body('ACCOUNT_LOCKED_OUT'), call, 'AccountLocked'],
    [403, body('CURRENT_USER_SUSPENDED'), call, 'AccountLocked'],
    [403, body('READONLY_CLIENT_APPLICATION'), call, 'Forbidden'],
    [403, body('ACTION_NOT_ALLOWED'), call, 'Forbidden'],
    [403, html, call, 'Forbidden'],
    [400, body('TOO_MANY_JOBS'), call, 'TooManyJobs'],
    [400, body('INVALID_PARAMETER'), call, 'InvalidRequest'],
    [400, body('INVALID_TIME_WINDOW'), call, 'InvalidRequest'],
    [400, body('SOMETHING_NEW'), call, 'InvalidRequest'],
    [400, 'not json', call, 'InvalidRequest'],
    [405, body('METHOD_NOT_ALLOWED'), call, 'InvalidRequest'],
    [404, body('CAMPAIGN_NOT_FOUND'), call, 'NotFound'],
    [404, body('NOT_FOUND'), call, 'NotFound'],
    [404, body('ROUTE_NOT_FOUND'), call, 'NotFound'],
    [404, body('INVALID', 'Version 5.0 is not available.'), call, 'NotFound'],
    [404, html, call, 'NotFound'],
    [408, body('CANCELLED_REQUEST'), call, 'Unavailable'],
    [423, body('LOCK_ACQUISITION_TIMEOUT'), call, 'Unavailable'],
    [429, body('TOO_MANY_REQUESTS'), call, 'RateLimited'],
    [429, html, call, 'RateLimited'],
    [500, body('INTERNAL_ERROR'), call, 'Unavailable'],
    [502, html, call, 'Unavailable'],
    [503, body('SERVICE_UNAVAILABLE'), call, 'Unavailable'],
    [503, body('OVER_CAPACITY'), call, 'Unavailable'],
    [503, body(32), call, 'Unavailable'],
    // Codes and statuses that the reference does not list.
    [302, '', call, 'MalformedResponse'],
    [304, '', call, 'MalformedResponse'],
    [400, body('constructor'), call, 'InvalidRequest'],
    [400, '{"errors":"no"}', call, 'InvalidRequest'],
    [400, '{"errors":[{"code":{},"message":5}]}', call, 'InvalidRequest'],
    [403, '{"errors":{"code":"UNAUTHORIZED_CLIENT_APPLICATION"}}', call, 'AppNotApproved'],
    [401, '[1,2', call, 'CredentialsRejected'],
  ] as const)('%i %s to %o is %4$s', (status, text, to, name) => {
    const error = classify(status, {}, text, to);
    expect(error).toBeInstanceOf(XAdsError);
    expect(error.name).toBe(name);
    expect(error.status).toBe(status);
  });
});

test('all codes and words of a refusal are kept, and its parameter', () => {
  const midnight = 'Expect time to be midnight';
  const text = JSON.stringify({
    errors: [
      { code: 'INVALID_TIME_WINDOW', message: midnight, parameter: '' },
      { code: 'INVALID_PARAMETER', message: 'Expected Time', parameter: 'start_time' },
    ],
  });
  const error = classify(400, { date: 'Mon, 23 Nov 2026 10:00:00 GMT' }, text, call);
  expect(error).toMatchObject({
    code: 'INVALID_TIME_WINDOW',
    codes: ['INVALID_TIME_WINDOW', 'INVALID_PARAMETER'],
    xMessage: `${midnight}; Expected Time (start_time)`,
    requestPath: 'GET /12/accounts/a1/campaigns',
    observedAt: '2026-11-23T10:00:00Z',
  });
});

const limited = (headers: Record<string, string>): XAdsError => classify(429, headers, '', call);

test('the account window says when a limit ends, before the user window, before retry-after', () => {
  const date = 'Fri, 15 Jan 2027 07:55:00 GMT';
  const user = { date, 'x-rate-limit-limit': '5', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '1800000000' };
  const account = {
    'x-account-rate-limit-limit': '5',
    'x-account-rate-limit-remaining': '0',
    'x-account-rate-limit-reset': '1800000060',
  };
  expect(limited({ ...user, ...account })).toMatchObject({ scope: 'account', waitMs: 360_000 });
  expect(limited(user)).toMatchObject({ scope: 'user', waitMs: 300_000 });
  expect(limited({ 'retry-after': '30' })).toMatchObject({ scope: 'account', waitMs: 30_000 });
  expect(limited({})).toMatchObject({ scope: 'account', waitMs: 900_000 });
  // An end that cannot be.
  expect(limited({ ...user, 'x-rate-limit-reset': '1800000000000' })).toMatchObject({ waitMs: 900_000 });
});

test('a 503 says when to retry, and leaves open whether a write was done', () => {
  const read = classify(503, { 'retry-after': '12' }, body('OVER_CAPACITY'), call);
  expect(read).toMatchObject({ retryAfterMs: 12_000, mayHaveBeenDone: false });
  const write = classify(503, {}, html, { ...call, method: 'POST' });
  expect(write).toMatchObject({ retryAfterMs: undefined, mayHaveBeenDone: true });
});

test('where a person must act, the error says how', () => {
  const steps = [
    classify(401, {}, body(89), call),
    classify(401, {}, body(32), requestToken),
    classify(401, {}, body(135), call),
    classify(403, {}, body(415), requestToken),
    classify(403, {}, body('UNAUTHORIZED_CLIENT_APPLICATION'), call),
    classify(403, {}, body('INSUFFICIENT_USER_AUTHORIZED_PERMISSION'), call),
    classify(403, {}, body('ACCOUNT_NOT_FOUND'), call),
    classify(403, {}, body('ACCOUNT_LOCKED_OUT'), call),
    classify(401, {}, 'Request token missing', accessToken),
  ].map((error) => error.nextStep);
  expect(steps.every((step) => step !== undefined && step.length > 20)).toBe(true);
  expect(new Set(steps).size).toBe(steps.length);
  expect(classify(503, {}, '', call).nextStep).toBeUndefined();
});

test('a page of HTML is not quoted, a long text is cut', () => {
  expect(classify(502, {}, html, call).xMessage).toBeUndefined();
  expect(classify(400, {}, 'x'.repeat(5000), call).xMessage).toHaveLength(500);
});

test.each([
  [call, 32, 'CredentialsRejected'],
  [call, 89, 'CredentialsRejected'],
  [requestToken, 32, 'ConsumerRejected'],
  [accessToken, 89, 'VerifierRejected'],
])(
  'while our clock is far from that of X, a refused signature is the clock: by how much, and whose',
  (one, code, otherwise) => {
    const skewed = classify(401, {}, body(code), { ...one, aheadMs: 3_725_000 });
    expect(skewed).toMatchObject({ name: 'ClockSkew', otherwise: { name: otherwise }, codes: [String(code)] });
    expect(skewed.message).toContain(`the clock of ${hostname()} is 1 h 2 min ahead of X's`);
    expect(skewed.nextStep).toContain(hostname());
    expect(classify(404, {}, '', { ...one, aheadMs: 3_725_000 }).name).toBe('NotFound');
  },
);
