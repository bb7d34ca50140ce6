/**
 * The only way out to X. It signs, sends and reads; it can send nothing but what its allow-list holds, follows no
 * redirect, and puts no secret into an error. It knows nothing of what the answers mean.
 */
import { Agent, type Dispatcher } from 'undici';
import type { Instant } from '../domain/calendar.js';
import { readText } from './body.js';
import { connectionFailure } from './connection-failure.js';
import { withDeadline } from './deadline.js';
import { classify } from './errors/classify.js';
import { NotAllowed } from './errors/not-allowed.js';
import { familyOf, type Method } from './families.js';
import { headerText, type ResponseHeaders } from './rate-limits.js';
import type { SizeCaps, Timeouts } from './settings.js';
import { type Consumer, encodeQuery, type Query, randomNonce, sign, type TokenPair } from './sign.js';
import { instantOfDate } from './time.js';

export interface WireRequest {
  readonly host: 'ads' | 'oauth';
  readonly method: Method;
  /** From the host's root, version included. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly oauthParameters?: Readonly<Record<`oauth_${string}`, string>> | undefined;
  readonly token?: TokenPair | undefined;
  /** Which time-out holds. (Default: `responseMs`) */
  readonly kind?: 'jobCreate' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each response as soon as its headers are there, whatever the status. */
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
  readonly connections: number;
  readonly clock: () => number;
}

export interface Transport {
  /** Sends one request. Every status but 2xx is thrown as the error that it means. */
  send(request: WireRequest): Promise<WireResponse>;
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
}

/** The OAuth calls we make; those to the Ads API are in `families.ts`. */
const oauthRoutes: readonly string[] = ['/oauth/request_token', '/oauth/access_token', '/1.1/oauth/invalidate_token'];

const isAllowed = ({ host, method, path }: WireRequest): boolean =>
  host === 'oauth' ? method === 'POST' && oauthRoutes.includes(path) : familyOf(method, path) !== undefined;

/** A base address may have a path of its own, behind a proxy. */
const rootOf = (url: URL): string => url.pathname.replace(/\/+$/, '');

const USER_AGENT = 'x-ads-importer';

/** Takes our secrets out of X's words, should X (or what stands between) have echoed the request. */
const redactor = (consumer: Consumer, token: TokenPair | undefined): ((text: string) => string) => {
  const secrets = [consumer.key, consumer.secret, token?.token ?? '', token?.tokenSecret ?? ''];
  // Longest first, so that one secret within another leaves nothing of the other behind.
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .toSorted((a, b) => b.length - a.length);
  return (text) => spellings.reduce<string>((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
};

export const createTransport = (options: TransportOptions): Transport => {
  const { consumer, timeouts, caps, clock } = options;
  const dispatcher = new Agent({
    connections: options.connections,
    connect: { timeout: timeouts.connectMs },
    // One request at a time on a socket: a slow list must not stand before a quick poll.
    pipelining: 1,
    allowH2: false,
  });

  const exchange = async (request: WireRequest, signal: AbortSignal): Promise<WireResponse> => {
    const { method, token } = request;
    const base = request.host === 'ads' ? options.baseUrl : options.oauthUrl;
    const requestPath = `${method} ${request.path}`;
    const query = encodeQuery(request.query ?? []);
    const path = `${rootOf(base)}${request.path}${query === '' ? '' : `?${query}`}`;
    const authorization = sign(
      { method, url: `${base.origin}${path}`, oauthParameters: request.oauthParameters },
      { consumer, token },
      { nonce: randomNonce(), now: clock() },
    );
    const response = await dispatcher.request({
      origin: base.origin,
      path,
      method,
      headers: { authorization, accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': USER_AGENT },
      signal,
      // The deadline covers the whole exchange; undici's own time-outs between events would only duplicate it.
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
      return { status, headers, text, observedAt: instantOfDate(headerText(headers, 'date')) };
    }
    const family = request.host === 'ads' ? familyOf(method, request.path) : undefined;
    throw classify(status, headers, redactor(consumer, token)(text), {
      method,
      path: request.path,
      host: request.host,
      scope: family?.scope ?? 'user',
      windowSeconds: family?.windowSeconds ?? 900,
      now: clock(),
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
      return withDeadline(ms, request.signal, async (signal) => {
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
