/** What a refusal means: its status and its body, read without trusting either, become one of the error classes. */
import { z } from 'zod';
import { untilReset } from '../../domain/rate-limit.js';
import type { LimitScope } from '../families.js';
import { parseJson } from '../json.js';
import { headerText, limitReadings, type ResponseHeaders, retryAfter } from '../rate-limits.js';
import { instantOfDate } from '../time.js';
import { MalformedResponse, Unavailable } from './failures.js';
import {
  AccountLocked,
  AccountNotVisible,
  AppNotApproved,
  CallbackNotApproved,
  ClockSkew,
  ConsumerRejected,
  CredentialsRejected,
  Forbidden,
  InvalidRequest,
  NotFound,
  RateLimited,
  TokenTooOld,
  TooManyJobs,
  VerifierRejected,
} from './refusals.js';
import type { XAdsError, XAdsErrorDetails } from './x-ads-error.js';

/** What the meaning of a refusal depends on, beside the refusal itself. */
export interface ClassifiedCall {
  readonly method: string;
  readonly path: string;
  readonly host: 'ads' | 'oauth';
  /** Whose window the call counts against, and the window's length. */
  readonly scope: LimitScope;
  readonly windowSeconds: number;
  /** By how many milliseconds our clock is ahead of X's, where that may be why X refuses a signature. */
  readonly aheadMs: number | undefined;
}

/** What can be read in the body of a refusal. */
interface RefusalBody {
  /** X's codes in X's order: CAPS words of the Ads API, or the gateway's numbers as text (docs/x-ads-api.md §3.4). */
  readonly codes: readonly string[];
  /** X's words, or the beginning of a plain text; empty for HTML. */
  readonly message: string;
}

const MAX_MESSAGE = 500;

const errorSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  parameter: z.string().nullish().catch(undefined),
  attribute: z.string().nullish().catch(undefined),
});
const bodySchema = z.object({ errors: z.union([z.array(errorSchema), errorSchema.transform((error) => [error])]) });

const parse = (body: string): unknown => {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
};

/** Reads the JSON of the Ads API or the gateway, plain text, or HTML. It never throws. */
const readRefusal = (body: string): RefusalBody => {
  const result = bodySchema.safeParse(parse(body));
  if (result.success) {
    const errors = result.data.errors;
    const words = errors.map(({ message, parameter, attribute }) => {
      const about = parameter ?? attribute ?? '';
      return about === '' ? (message ?? '') : `${message ?? ''} (${about})`;
    });
    return {
      codes: errors.flatMap(({ code }) => (code === undefined || code === null ? [] : [String(code)])),
      message: words
        .filter((word) => word !== '')
        .join('; ')
        .slice(0, MAX_MESSAGE),
    };
  }
  const text = body.trim();
  const isProse = text !== '' && !text.startsWith('<') && !text.startsWith('{') && !text.startsWith('[');
  return { codes: [], message: isProse ? text.slice(0, MAX_MESSAGE) : '' };
};

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

/** Codes that mean the same in every answer (docs/x-ads-api.md §3.4, §12). */
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

/** Applies to 400 as well: the gateway answers some authentication failures with it (docs/x-ads-api.md §3.4). */
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
  // A redirect: none is followed.
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

/** By the limit that governs the call and `retry-after`, the longer of both; without either, a whole window. */
const waitOf = (headers: ResponseHeaders, call: ClassifiedCall): { waitMs: number; scope: LimitScope } => {
  const reading = limitReadings(headers, 0)[0];
  const asked = retryAfter(headers);
  const reset = reading && untilReset(reading.resetInMs, call.windowSeconds);
  const waitMs = Math.max(reset ?? 0, asked ?? 0);
  const isTold = asked !== undefined || reset !== undefined;
  return { scope: reading?.scope ?? call.scope, waitMs: isTold ? waitMs : call.windowSeconds * 1000 };
};

/** The error that a status other than 2xx means. It reads any body, and never throws. */
export const classify = (status: number, headers: ResponseHeaders, body: string, call: ClassifiedCall): XAdsError => {
  const error = byMeaning(status, headers, body, call);
  if (call.aheadMs === undefined || !isAboutSignature(error)) return error;
  const { message, requestPath, codes, xMessage, observedAt } = error;
  return new ClockSkew(message, {
    requestPath,
    status,
    codes,
    xMessage,
    observedAt,
    aheadMs: call.aheadMs,
    otherwise: error,
  });
};

/** A signature is refused in the words of a wrong key or a dead token when its time is wrong. */
const isAboutSignature = (error: XAdsError): boolean =>
  error instanceof CredentialsRejected || error instanceof ConsumerRejected || error instanceof VerifierRejected;

const byMeaning = (status: number, headers: ResponseHeaders, body: string, call: ClassifiedCall): XAdsError => {
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
      return new ClockSkew(message, { ...details, aheadMs: call.aheadMs });
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
      return new RateLimited(message, { ...details, ...waitOf(headers, call) });
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
        retryAfterMs: retryAfter(headers),
        mayHaveBeenDone: call.method !== 'GET',
      });
  }
};
