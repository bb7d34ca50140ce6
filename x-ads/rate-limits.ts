import { type LimitReading, LONGEST_HOLD_MS } from '../domain/rate-limit.js';
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

/** A number with sign and fraction, as proxies write them. */
const signedNumber = (text: string): number | undefined =>
  /^[+-]?\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;

/** X's clock as the response itself tells it; the only one that X's other times are measured against. */
const dateOf = (headers: ResponseHeaders): number | undefined => {
  const at = Date.parse(headerText(headers, 'date') ?? '');
  return Number.isNaN(at) ? undefined : at;
};

const reading = (
  headers: ResponseHeaders,
  ageMs: number,
  scope: LimitScope,
  prefix: string,
): ScopedReading | undefined => {
  const limit = headerNumber(headers, `${prefix}-limit`);
  const remaining = headerNumber(headers, `${prefix}-remaining`);
  const reset = headerText(headers, `${prefix}-reset`);
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  const resetSeconds = signedNumber(reset);
  const date = dateOf(headers);
  const resetInMs = resetSeconds === undefined || date === undefined ? undefined : resetSeconds * 1000 - date;
  return { scope, limit, remaining, resetInMs, ageMs };
};

/**
 * The limit that governs the call, by the response's headers: that of the account where X sends one, else that of the
 * user (docs/x-ads-api.md §11). Empty unless limit, remaining and reset are all there. `ageMs` is the time since the
 * request was sent.
 */
export const limitReadings = (headers: ResponseHeaders, ageMs: number): readonly ScopedReading[] => {
  const governing =
    reading(headers, ageMs, 'account', 'x-account-rate-limit') ?? reading(headers, ageMs, 'user', 'x-rate-limit');
  return governing === undefined ? [] : [governing];
};

export const jobSlotsReading = (headers: ResponseHeaders): JobSlotsReading | undefined => {
  const remaining = headerNumber(headers, 'x-concurrent-job-limit-remaining');
  if (remaining === undefined) return undefined;
  return { limit: headerNumber(headers, 'x-concurrent-job-limit'), remaining };
};

const untilDate = (headers: ResponseHeaders, text: string): number | undefined => {
  const until = Date.parse(text);
  const date = dateOf(headers);
  return Number.isNaN(until) || date === undefined ? undefined : until - date;
};

/**
 * `retry-after` in milliseconds, at most an hour. X may send seconds, or a date, which is measured against the
 * response's own `date` and says nothing without it.
 */
export const retryAfter = (headers: ResponseHeaders): number | undefined => {
  const text = headerText(headers, 'retry-after');
  if (text === undefined) return undefined;
  const seconds = signedNumber(text);
  const wait = seconds === undefined ? untilDate(headers, text) : Math.ceil(seconds * 1000);
  return wait === undefined ? undefined : Math.min(LONGEST_HOLD_MS, Math.max(0, wait));
};
