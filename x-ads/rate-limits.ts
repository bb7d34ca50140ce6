import type { LimitReading } from '../domain/rate-limit.js';
import type { LimitScope } from './families.js';

/** Response headers, names in lower case, as undici gives them. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What one response says of one limit, and whose limit it is. */
export interface ScopedReading extends LimitReading {
  readonly scope: LimitScope;
}

/** The ad account's job slots, from the responses to create and list (docs/x-ads-api.md §9.3). */
export interface JobSlotsReading {
  readonly limit: number | undefined;
  readonly remaining: number;
}

export const headerText = (headers: ResponseHeaders, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

const headerNumber = (headers: ResponseHeaders, name: string): number | undefined => {
  const text = headerText(headers, name);
  if (text === undefined || !/^\d{1,15}$/.test(text.trim())) return undefined;
  return Number(text);
};

const reading = (headers: ResponseHeaders, scope: LimitScope, prefix: string): ScopedReading | undefined => {
  const limit = headerNumber(headers, `${prefix}-limit`);
  const remaining = headerNumber(headers, `${prefix}-remaining`);
  const reset = headerNumber(headers, `${prefix}-reset`);
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  return { scope, limit, remaining, resetAt: reset * 1000 };
};

/**
 * The limit that governs the call, by the response's headers: that of the account where X sends one, else that of the
 * user (docs/x-ads-api.md §11). Empty unless limit, remaining and reset are all there.
 */
export const limitReadings = (headers: ResponseHeaders): readonly ScopedReading[] => {
  const governing = reading(headers, 'account', 'x-account-rate-limit') ?? reading(headers, 'user', 'x-rate-limit');
  return governing === undefined ? [] : [governing];
};

export const jobSlotsReading = (headers: ResponseHeaders): JobSlotsReading | undefined => {
  const remaining = headerNumber(headers, 'x-concurrent-job-limit-remaining');
  if (remaining === undefined) return undefined;
  return { limit: headerNumber(headers, 'x-concurrent-job-limit'), remaining };
};

/**
 * `retry-after` in milliseconds. X may send seconds, or a date, which is measured against the response's own `date`.
 */
export const retryAfter = (headers: ResponseHeaders, nowMs: number): number | undefined => {
  const seconds = headerNumber(headers, 'retry-after');
  if (seconds !== undefined) return seconds * 1000;
  const until = Date.parse(headerText(headers, 'retry-after') ?? '');
  if (Number.isNaN(until)) return undefined;
  const xNow = Date.parse(headerText(headers, 'date') ?? '');
  return Math.max(0, until - (Number.isNaN(xNow) ? nowMs : xNow));
};
