/**
 * The only way to X, result files apart. It signs, sends and reads. It sends only what its allow-list holds, follows no
 * redirect, and puts no secret into an error. It does not know what the answers mean.
 */
import { Agent, type Dispatcher } from 'undici';
import type { Instant } from '../domain/calendar.js';
import { readText } from './body.js';
import { connectionFailure } from './connection-failure.js';
import { classify, NotAllowed } from './errors/index.js';
import { familyOf, type Method } from './families.js';
import { headerText, type ResponseHeaders } from './rate-limits.js';
import type { SizeCaps, Timeouts } from './settings.js';
import { type Consumer, encodeQuery, type Query, randomNonce, sign } from './sign.js';
import type { TokenPair } from '../domain/credential.js';
import { instantOfDate } from './time.js';
import { withTimeout } from './timeout.js';

export interface WireRequest {
  readonly host: 'ads' | 'oauth';
  readonly method: Method;
  /** From the host's root, version included. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly oauthParameters?: Readonly<Record<`oauth_${string}`, string>> | undefined;
  readonly token?: TokenPair | undefined;
  /** Which timeout applies: `jobCreateMs` for a job's creation. (Default: `responseMs`) */
  readonly kind?: 'jobCreate' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called as soon as the headers of the response are there, whatever its status. */
  readonly onHeaders?: ((status: number, headers: ResponseHeaders) => Promise<void>) | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly text: string;
  readonly observedAt: Instant | undefined;
}

export interface TransportOptions {
  readonly baseUrl: URL;
  readonly oauthUrl: URL;
  readonly consumer: Consumer;
  readonly timeouts: Timeouts;
  readonly caps: SizeCaps;
}

export interface Transport {
  /**
   * Sends one request.
   *
   * @throws {XAdsError} for every status but 2xx, and where no whole answer arrives: the class says what it means.
   */
  send(request: WireRequest): Promise<WireResponse>;
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** The OAuth calls that may be sent; those to the Ads API are in `families.ts`. */
const oauthRoutes: readonly string[] = ['/oauth/request_token', '/oauth/access_token', '/1.1/oauth/invalidate_token'];

const isAllowed = ({ host, method, path }: WireRequest): boolean =>
  host === 'oauth' ? method === 'POST' && oauthRoutes.includes(path) : familyOf(method, path) !== undefined;

/** Behind a proxy, a base address may have a path of its own. */
const rootOf = (url: URL): string => url.pathname.replace(/\/+$/, '');

const USER_AGENT = 'x-ads-importer';
/** More than the worker's slots for calls to X, so that a call never waits for a socket. */
const SOCKETS_PER_HOST = 64;

/** Removes our secrets from an answer's text: X, or a proxy, may echo the request. */
const redactor = (consumer: Consumer, token: TokenPair | undefined): ((text: string) => string) => {
  const secrets = [consumer.key, consumer.secret, token?.token ?? '', token?.tokenSecret ?? ''];
  // Longest first, so that one secret within another leaves nothing of the other behind.
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .toSorted((a, b) => b.length - a.length);
  return (text) => spellings.reduce<string>((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
};

/** X refuses a signature whose time is further away (docs/x-ads-api.md §3.4). */
const MAX_SKEW_MS = 5 * 60_000;

/** By how many milliseconds our clock is ahead of X's; undefined where X does not say what time it is. */
const aheadOfX = (headers: ResponseHeaders): number | undefined => {
  const date = Date.parse(headerText(headers, 'date') ?? '');
  return Number.isNaN(date) ? undefined : Date.now() - date;
};

/**
 * Whether our clock may be why X refuses a signature. A difference with which X accepted one is not the reason: so it is
 * with a stand-in whose `date` is another day's.
 */
const watchClock = () => {
  let accepted = 0;
  return {
    accept: (headers: ResponseHeaders): void => void (accepted = aheadOfX(headers) ?? accepted),
    suspicious: (headers: ResponseHeaders): number | undefined => {
      const ahead = aheadOfX(headers);
      const isUsual = ahead === undefined || [0, accepted].some((usual) => Math.abs(ahead - usual) <= MAX_SKEW_MS);
      return isUsual ? undefined : ahead;
    },
  };
};

export const createTransport = (options: TransportOptions): Transport => {
  const { consumer, timeouts, caps } = options;
  const dispatcher = new Agent({
    connections: SOCKETS_PER_HOST,
    connect: { timeout: timeouts.connectMs },
    // One request at a time on a socket: a quick poll must not wait behind a slow list.
    pipelining: 1,
    allowH2: false,
  });

  const clock = watchClock();

  const exchange = async (request: WireRequest, signal: AbortSignal): Promise<WireResponse> => {
    const { method, token } = request;
    const base = request.host === 'ads' ? options.baseUrl : options.oauthUrl;
    const requestPath = `${method} ${request.path}`;
    const query = encodeQuery(request.query ?? []);
    const path = `${rootOf(base)}${request.path}${query === '' ? '' : `?${query}`}`;
    const authorization = sign(
      { method, url: `${base.origin}${path}`, oauthParameters: request.oauthParameters },
      { consumer, token },
      { nonce: randomNonce(), now: Date.now() },
    );
    const response = await dispatcher.request({
      origin: base.origin,
      path,
      method,
      headers: { authorization, accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': USER_AGENT },
      signal,
      // Our timeout covers the whole exchange; undici's own timeouts between events would only duplicate it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { statusCode: status, headers, body } = response;
    const read = readText(body, {
      requestPath,
      status,
      maxBytes: caps.responseBytes,
      encoding: headerText(headers, 'content-encoding'),
    });
    const [text] = await Promise.all([read, request.onHeaders?.(status, headers)]);
    if (status >= 200 && status < 300) {
      clock.accept(headers);
      return { status, headers, text, observedAt: instantOfDate(headerText(headers, 'date')) };
    }
    const family = request.host === 'ads' ? familyOf(method, request.path) : undefined;
    throw classify(status, headers, redactor(consumer, token)(text), {
      method,
      path: request.path,
      host: request.host,
      scope: family?.scope ?? 'user',
      windowSeconds: family?.windowSeconds ?? 900,
      aheadMs: clock.suspicious(headers),
    });
  };

  return {
    dispatcher,
    async send(request) {
      const requestPath = `${request.method} ${request.path}`;
      if (!isAllowed(request)) {
        throw new NotAllowed(`${requestPath} is not a call that this client makes`, { requestPath });
      }
      const ms = request.kind === 'jobCreate' ? timeouts.jobCreateMs : timeouts.responseMs;
      return withTimeout(ms, request.signal, async (signal) => {
        try {
          return await exchange(request, signal);
        } catch (error) {
          throw connectionFailure(error, signal, requestPath);
        }
      });
    },
    close: () => dispatcher.destroy(),
  };
};
