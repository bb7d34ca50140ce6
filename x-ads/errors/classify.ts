import type { LimitScope } from '../families.js';
import { headerText, limitReadings, type ResponseHeaders, retryAfter } from '../rate-limits.js';
import { instantOfDate } from '../time.js';
import { AccountLocked } from './account-locked.js';
import { AccountNotVisible } from './account-not-visible.js';
import { AppNotApproved } from './app-not-approved.js';
import { CallbackNotApproved } from './callback-not-approved.js';
import { ClockSkew } from './clock-skew.js';
import { ConsumerRejected } from './consumer-rejected.js';
import { CredentialsRejected } from './credentials-rejected.js';
import { Forbidden } from './forbidden.js';
import { InvalidRequest } from './invalid-request.js';
import { MalformedResponse } from './malformed-response.js';
import { NotFound } from './not-found.js';
import { RateLimited } from './rate-limited.js';
import { readRefusal } from './refusal-body.js';
import { TokenTooOld } from './token-too-old.js';
import { TooManyJobs } from './too-many-jobs.js';
import { Unavailable } from './unavailable.js';
import { VerifierRejected } from './verifier-rejected.js';
import type { XAdsError, XAdsErrorDetails } from './x-ads-error.js';

/** What of a call matters for the meaning of its refusal. */
export interface ClassifiedCall {
  readonly method: string;
  readonly path: string;
  readonly host: 'ads' | 'oauth';
  /** Whose window the call counts against, and how long that is. */
  readonly scope: LimitScope;
  readonly windowSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Meaning =
  | 'credentials'
  | 'consumer'
  | 'clock'
  | 'callback'
  | 'app'
  | 'token'
  | 'notVisible'
  | 'locked'
  | 'forbidden'
  | 'verifier'
  | 'limited'
  | 'jobs'
  | 'invalid'
  | 'notFound'
  | 'unavailable'
  | 'malformed';

/** Codes that mean the same wherever they come (x-ads-api.md §3.4, §12). */
const byCode: Readonly<Record<string, Meaning>> = {
  '34': 'notFound',
  '64': 'locked',
  '88': 'limited',
  '130': 'unavailable',
  '131': 'unavailable',
  '135': 'clock',
  '261': 'forbidden',
  '326': 'locked',
  '415': 'callback',
  '416': 'consumer',
  '417': 'callback',
  TOO_MANY_JOBS: 'jobs',
  TOO_MANY_REQUESTS: 'limited',
  TWEET_RATE_LIMIT_EXCEEDED: 'limited',
  UNAUTHORIZED_CLIENT_APPLICATION: 'app',
  INSUFFICIENT_USER_AUTHORIZED_PERMISSION: 'token',
  ACCOUNT_NOT_FOUND: 'notVisible',
  ACCOUNT_LOCKED_OUT: 'locked',
  CURRENT_USER_SUSPENDED: 'locked',
  SERVICE_UNAVAILABLE: 'unavailable',
  OVER_CAPACITY: 'unavailable',
  INTERNAL_ERROR: 'unavailable',
  LOCK_ACQUISITION_TIMEOUT: 'unavailable',
  CANCELLED_REQUEST: 'unavailable',
};

/** 32 could not authenticate, 89 expired token, 99 unable to verify, 215 bad authentication data. */
const authenticationCodes: ReadonlySet<string> = new Set(['32', '89', '99', '215', 'UNAUTHORIZED_ACCESS']);

/** The gateway answers some authentication failures with 400 (x-ads-api.md §3.4). */
const authenticationMeaning = (codes: readonly string[], call: ClassifiedCall): Meaning => {
  if (call.path === '/oauth/request_token') return 'consumer';
  // A request token that X does not know is 89 or plain text; 32 there means our own keys.
  if (call.path === '/oauth/access_token') return codes.includes('32') ? 'consumer' : 'verifier';
  return 'credentials';
};

const byStatus = (status: number, codes: readonly string[], message: string, call: ClassifiedCall): Meaning => {
  if (status === 429 || status === 420) return 'limited';
  if (status === 401) {
    if (/callback/i.test(message) && call.path === '/oauth/request_token') return 'callback';
    return authenticationMeaning(codes, call);
  }
  if (status === 403) {
    if (call.path === '/oauth/request_token') return 'callback';
    // The old spelling of ACCOUNT_NOT_FOUND, seen with 403 only.
    return codes.includes('NOT_FOUND') ? 'notVisible' : 'forbidden';
  }
  if (status === 404) return 'notFound';
  if (status >= 500 || status === 407 || status === 408 || status === 423 || status === 425) return 'unavailable';
  if (status >= 400) return 'invalid';
  // No redirect is followed, and nothing below 200 ends a response.
  return 'malformed';
};

const meaningOf = (status: number, codes: readonly string[], message: string, call: ClassifiedCall): Meaning => {
  for (const code of codes) {
    const meaning = Object.hasOwn(byCode, code) ? byCode[code] : undefined;
    if (meaning !== undefined) return meaning;
  }
  if (status < 500 && codes.some((code) => authenticationCodes.has(code))) return authenticationMeaning(codes, call);
  return byStatus(status, codes, message, call);
};

/** Account window before user window before `retry-after`; with none of them, one whole window from now. */
const resetOf = (headers: ResponseHeaders, call: ClassifiedCall): { resetAt: number; scope: LimitScope } => {
  const reading = limitReadings(headers)[0];
  const wait = retryAfter(headers, call.now);
  if (reading !== undefined) {
    return { scope: reading.scope, resetAt: Math.max(reading.resetAt, wait === undefined ? 0 : call.now + wait) };
  }
  return { scope: call.scope, resetAt: call.now + (wait ?? call.windowSeconds * 1000) };
};

/** The error that a status other than 2xx means, by what the caller should do. Pure, and total: it never throws. */
export const classify = (status: number, headers: ResponseHeaders, body: string, call: ClassifiedCall): XAdsError => {
  const { codes, message: xMessage } = readRefusal(body);
  const requestPath = `${call.method} ${call.path}`;
  const said = [codes.join(', '), xMessage].filter((part) => part !== '').join(' ');
  const message = `${requestPath}: HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const details: XAdsErrorDetails = {
    requestPath,
    status,
    codes,
    xMessage: xMessage === '' ? undefined : xMessage,
    observedAt: instantOfDate(headerText(headers, 'date')),
  };
  switch (meaningOf(status, codes, xMessage, call)) {
    case 'credentials':
      return new CredentialsRejected(message, details);
    case 'consumer':
      return new ConsumerRejected(message, details);
    case 'clock':
      return new ClockSkew(message, details);
    case 'callback':
      return new CallbackNotApproved(message, details);
    case 'app':
      return new AppNotApproved(message, details);
    case 'token':
      return new TokenTooOld(message, details);
    case 'notVisible':
      return new AccountNotVisible(message, details);
    case 'locked':
      return new AccountLocked(message, details);
    case 'forbidden':
      return new Forbidden(message, details);
    case 'verifier':
      return new VerifierRejected(message, details);
    case 'limited':
      return new RateLimited(message, { ...details, ...resetOf(headers, call) });
    case 'jobs':
      return new TooManyJobs(message, details);
    case 'invalid':
      return new InvalidRequest(message, details);
    case 'notFound':
      return new NotFound(message, details);
    case 'malformed':
      return new MalformedResponse(message, details);
    case 'unavailable':
      return new Unavailable(message, {
        ...details,
        retryAfterMs: retryAfter(headers, call.now),
        mayHaveBeenDone: call.method !== 'GET',
      });
  }
};
