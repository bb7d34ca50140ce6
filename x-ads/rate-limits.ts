import type { LimitScope } from './families.js';

/** Response headers, names in lower case, as undici gives them. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What one response says of one limit. */
export interface LimitReading {
  readonly scope: LimitScope;
  readonly limit: number;
  readonly remaining: number;
  /** End of the window, in milliseconds since 1970. */
  readonly resetAt: number;
}

/** The ad account's job slots, as create and list responses tell them (x-ads-api.md §9.3). */
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

const reading = (headers: ResponseHeaders, scope: LimitScope, prefix: string): LimitReading | undefined => {
  const limit = headerNumber(headers, `${prefix}-limit`);
  const remaining = headerNumber(headers, `${prefix}-remaining`);
  const reset = headerNumber(headers, `${prefix}-reset`);
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  return { scope, limit, remaining, resetAt: reset * 1000 };
};

/**
 * The limits that a response tells. Where X sends account-level headers they take precedence over the user-level ones
 * (x-ads-api.md §11), so those are left out. A set that is not whole is no reading.
 */
export const limitReadings = (headers: ResponseHeaders): readonly LimitReading[] => {
  const governing = reading(headers, 'account', 'x-account-rate-limit') ?? reading(headers, 'user', 'x-rate-limit');
  return governing === undefined ? [] : [governing];
};

export const jobSlotsReading = (headers: ResponseHeaders): JobSlotsReading | undefined => {
  const remaining = headerNumber(headers, 'x-concurrent-job-limit-remaining');
  if (remaining === undefined) return undefined;
  return { limit: headerNumber(headers, 'x-concurrent-job-limit'), remaining };
};

/** `retry-after` in milliseconds: seconds, or an HTTP date measured against the response's own `date`. */
export const retryAfter = (headers: ResponseHeaders, nowMs: number): number | undefined => {
  const seconds = headerNumber(headers, 'retry-after');
  if (seconds !== undefined) return seconds * 1000;
  const until = Date.parse(headerText(headers, 'retry-after') ?? '');
  if (Number.isNaN(until)) return undefined;
  const xNow = Date.parse(headerText(headers, 'date') ?? '');
  return Math.max(0, until - (Number.isNaN(xNow) ? nowMs : xNow));
};
