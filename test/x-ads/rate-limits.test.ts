import { expect, test } from 'vitest';
import { LONGEST_HOLD_MS } from '../../domain/rate-limit.js';
import { familyOf } from '../../x-ads/families.js';
import { jobSlotsReading, limitReadings, retryAfter } from '../../x-ads/rate-limits.js';

const date = 'Fri, 15 Jan 2027 07:55:00 GMT';

test('reads the user-level window, its end in milliseconds from the `date` of the response', () => {
  const headers = {
    date,
    'x-rate-limit-limit': '2000',
    'x-rate-limit-remaining': '1999',
    'x-rate-limit-reset': '1800000000',
  };
  expect(limitReadings(headers, 7)).toEqual([
    { scope: 'user', limit: 2000, remaining: 1999, resetInMs: 300_000, ageMs: 7 },
  ]);
});

test('account-level headers win over user-level ones', () => {
  const headers = {
    date,
    'x-rate-limit-limit': '2000',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': '1800000000',
    'x-account-rate-limit-limit': '10000',
    'x-account-rate-limit-remaining': '9000',
    'x-account-rate-limit-reset': '1800000060',
  };
  expect(limitReadings(headers, 7)).toEqual([
    { scope: 'account', limit: 10_000, remaining: 9000, resetInMs: 360_000, ageMs: 7 },
  ]);
});

test.each([
  [{}],
  [{ 'x-rate-limit-limit': '2000' }],
  [{ 'x-rate-limit-limit': 'many', 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '1' }],
  [{ 'x-rate-limit-limit': '-1', 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '1' }],
])('headers that are not a whole reading are none: %j', (headers) => {
  expect(limitReadings(headers, 7)).toEqual([]);
});

test('reads job slots, with or without the limit', () => {
  expect(jobSlotsReading({ 'x-concurrent-job-limit': '100', 'x-concurrent-job-limit-remaining': '97' })).toEqual({
    limit: 100,
    remaining: 97,
  });
  expect(jobSlotsReading({ 'x-concurrent-job-limit-remaining': '0' })).toEqual({ limit: undefined, remaining: 0 });
  expect(jobSlotsReading({})).toBeUndefined();
});

test.each([
  ['1800000300.5', date, 600_500],
  ['-60', date, -60_000 - Date.parse(date)],
  ['soon', date, undefined],
  ['1800000300', undefined, undefined],
])('a reset of %s in a response of %s', (reset, of, resetInMs) => {
  const headers = { date: of, 'x-rate-limit-limit': '5', 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': reset };
  expect(limitReadings(headers, 0)).toEqual([{ scope: 'user', limit: 5, remaining: 1, resetInMs, ageMs: 0 }]);
});

test.each([
  ['7', 7_000],
  ['0.25', 250],
  ['-3', 0],
  ['Fri, 15 Jan 2027 07:55:30 GMT', 30_000],
  ['Fri, 15 Jan 2027 06:55:00 GMT', 0],
  ['259200', LONGEST_HOLD_MS],
  ['Fri, 15 Jan 2038 07:55:00 GMT', LONGEST_HOLD_MS],
  ['soon', undefined],
])(
  'retry-after is a number or a date, measured against the response itself, and no more than an hour: %s',
  (text, ms) => {
    expect(retryAfter({ 'retry-after': text, date })).toBe(ms);
  },
);

test('retry-after says nothing where it is not there, or is a date without a date to measure it against', () => {
  expect(retryAfter({ date })).toBeUndefined();
  expect(retryAfter({ 'retry-after': 'Fri, 15 Jan 2027 07:55:30 GMT' })).toBeUndefined();
});

test.each([
  ['GET', '/12/accounts', 'accounts', 'user', 2000, 900],
  ['GET', '/12/accounts/18ce54d4x5t', 'account', 'account', 2000, 900],
  ['GET', '/12/accounts/a1/authenticated_user_access', 'authenticated_user_access', 'account', 2000, 900],
  ['GET', '/12/accounts/a1/campaigns', 'campaigns', 'account', 10_000, 900],
  ['GET', '/12/accounts/a1/line_items', 'line_items', 'account', 10_000, 900],
  ['GET', '/12/accounts/a1/promoted_tweets', 'promoted_tweets', 'account', 10_000, 900],
  ['GET', '/12/accounts/a1/funding_instruments', 'funding_instruments', 'account', 2000, 900],
  ['GET', '/12/accounts/a1/promoted_accounts', 'promoted_accounts', 'account', 2000, 900],
  ['GET', '/12/accounts/a1/tweets', 'tweets', 'account', 2000, 900],
  ['GET', '/12/accounts/a1/cards/all', 'cards', 'account', 2000, 900],
  ['GET', '/12/stats/accounts/a1', 'stats', 'user', 250, 900],
  ['GET', '/12/stats/accounts/a1/active_entities', 'active_entities', 'account', 2000, 900],
  ['GET', '/12/stats/jobs/accounts/a1', 'stats_jobs', 'account', 2000, 900],
  ['POST', '/12/stats/jobs/accounts/a1', 'writes', 'user', 450, 60],
  ['DELETE', '/12/stats/jobs/accounts/a1/1120829647711653888', 'writes', 'user', 450, 60],
])('%s %s belongs to %s, per %s', (method, path, family, scope, documentedLimit, windowSeconds) => {
  expect(familyOf(method, path)).toEqual({ family, scope, documentedLimit, windowSeconds });
});

test.each([
  ['POST', '/12/accounts/a1/campaigns'],
  ['PUT', '/12/accounts/a1/campaigns/c1'],
  ['DELETE', '/12/accounts/a1/campaigns/c1'],
  ['DELETE', '/12/stats/jobs/accounts/a1'],
  ['GET', '/12/accounts/a1/../b2'],
  ['GET', '/12/accounts/a1%2Fcampaigns'],
  ['GET', '/12/accounts/A1/campaigns\n'],
  ['GET', '/11/accounts'],
  ['GET', '/2/tweets'],
])('%s %s is never sent', (method, path) => {
  expect(familyOf(method, path)).toBeUndefined();
});
