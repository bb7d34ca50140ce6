import type { Json } from './json.js';

export interface ErrorEntry {
  readonly code: string | number;
  readonly message: string;
  readonly parameter?: string;
  readonly details?: string;
  readonly value?: string;
}

export interface Refusal {
  readonly status: number;
  readonly errors: readonly ErrorEntry[];
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Errors of the gateway have numeric codes and no `request` node; errors of the Ads API have one (docs/x-ads-api.md
   * §3.4).
   */
  readonly gateway?: boolean;
  readonly params?: Readonly<Record<string, Json>>;
}

/** An answer other than success, worded as X words it where that is known. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.errors[0]?.message ?? 'refused');
    this.refusal = refusal;
  }

  body(): Json {
    const errors = this.refusal.errors.map((entry) => ({ ...entry }));
    return this.refusal.gateway === true ? { errors } : { errors, request: { params: this.refusal.params ?? {} } };
  }
}

export const gatewayError = (status: number, code: number, message: string): ApiError =>
  new ApiError({ status, gateway: true, errors: [{ code, message }] });

export const couldNotAuthenticate = (): ApiError => gatewayError(401, 32, 'Could not authenticate you.');
export const invalidToken = (): ApiError => gatewayError(401, 89, 'Invalid or expired token.');

export const adsError = (status: number, code: string, message: string): ApiError =>
  new ApiError({ status, errors: [{ code, message }] });

export const invalidParameter = (parameter: string, message: string, more: Partial<ErrorEntry> = {}): ApiError =>
  new ApiError({ status: 400, errors: [{ code: 'INVALID_PARAMETER', message, parameter, ...more }] });

export const missingParameter = (parameter: string): ApiError =>
  new ApiError({
    status: 400,
    errors: [{ code: 'MISSING_PARAMETER', message: `${parameter} is a required parameter`, parameter }],
  });

/**
 * An account that is unknown and one that is not visible to the user are refused alike, with 403 (docs/x-ads-api.md
 * §17.14).
 */
export const accountNotFound = (id: string, code: 'ACCOUNT_NOT_FOUND' | 'NOT_FOUND'): ApiError =>
  adsError(403, code, `Account ${id} was not found`);

export const notPermitted = (): ApiError =>
  adsError(403, 'ACTION_NOT_ALLOWED', 'You are not permitted to perform this action');
