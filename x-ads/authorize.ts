/** The three-legged flow of OAuth 1.0a (x-ads-api.md §3.1), and the end of a token. */
import { z } from 'zod';
import type { XUserId } from '../domain/ids.js';
import type { CallOptions } from './call.js';
import { ClockSkew } from './errors/clock-skew.js';
import { ConnectionFailed } from './errors/connection-failed.js';
import { ConsumerRejected } from './errors/consumer-rejected.js';
import { MalformedResponse } from './errors/malformed-response.js';
import { RateLimited } from './errors/rate-limited.js';
import { Unavailable } from './errors/unavailable.js';
import { XAdsError } from './errors/x-ads-error.js';
import type { TokenPair } from './sign.js';
import type { Transport } from './transport.js';

export interface RequestToken {
  readonly requestToken: string;
  readonly requestTokenSecret: string;
}

export interface AccessToken extends TokenPair {
  readonly userId: XUserId;
  /** Without `@`; the user id where X leaves it out. */
  readonly screenName: string;
}

export interface ConsentOptions {
  /** Ask for the password even where somebody is signed in to X. (Default: false) */
  readonly forceLogin?: boolean | undefined;
  /** Fills in the sign-in form. (Default: empty) */
  readonly screenName?: string | undefined;
}

export interface Authorize {
  /** Step 1. The callback must be registered in the app, character for character (or be `oob`). */
  requestToken(input: { readonly callbackUrl: string }, options?: CallOptions): Promise<RequestToken>;
  /** Step 2: where to send the browser. */
  authorizeUrl(requestToken: string, options?: ConsentOptions): string;
  /** Step 3. A request token works once and for some minutes: what X refuses is a `VerifierRejected`. */
  accessToken(input: RequestToken & { readonly verifier: string }, options?: CallOptions): Promise<AccessToken>;
  /**
   * Does X accept the keys of our app? It refuses them with `ConsumerRejected`; whatever else it says to a request for a
   * token, a refusal of the callback too, it says to an app that it knows. Throws where it does not come to an answer:
   * `ConnectionFailed`, `Unavailable`, `RateLimited`, `ClockSkew`.
   */
  checkKeys(options?: CallOptions): Promise<void>;
  /** Ends the token at X. `CredentialsRejected` means that it had ended already. */
  revoke(credentials: TokenPair, options?: CallOptions): Promise<void>;
}

const required = z.string().min(1);
const requestTokenSchema = z.object({
  oauth_token: required,
  oauth_token_secret: required,
  oauth_callback_confirmed: z.literal('true'),
});
const accessTokenSchema = z.object({
  oauth_token: required,
  oauth_token_secret: required,
  // The log-in sample shows only the two tokens, the reference all four (x-ads-api.md §3.1).
  user_id: z.string().regex(/^\d+$/).optional(),
  screen_name: required.optional(),
});

/** Reads a form-encoded answer. What is wrong with it is told without its text, which holds tokens. */
const readForm = <T>(text: string, schema: z.ZodType<T>, requestPath: string): T => {
  const result = schema.safeParse(Object.fromEntries(new URLSearchParams(text)));
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new MalformedResponse(`${requestPath}: X's answer lacks ${fields}`, { requestPath });
};

/** X's consent page for a request token: where to send the browser. */
export const authorizeUrl = (oauthUrl: URL, requestToken: string, options: ConsentOptions = {}): string => {
  const url = new URL(`${oauthUrl.href.replace(/\/+$/, '')}/oauth/authorize`);
  url.searchParams.set('oauth_token', requestToken);
  if (options.forceLogin === true) url.searchParams.set('force_login', 'true');
  if (options.screenName !== undefined) url.searchParams.set('screen_name', options.screenName);
  return url.href;
};

const requestTokenBy =
  (transport: Transport): Authorize['requestToken'] =>
  async ({ callbackUrl }, { signal } = {}) => {
    const path = '/oauth/request_token';
    const { text } = await transport.send({
      host: 'oauth',
      method: 'POST',
      path,
      oauthParameters: { oauth_callback: callbackUrl },
      signal,
    });
    const form = readForm(text, requestTokenSchema, `POST ${path}`);
    return { requestToken: form.oauth_token, requestTokenSecret: form.oauth_token_secret };
  };

/** Answers that say nothing of our keys, or that they are refused. */
const NO_KEYS_ACCEPTED = [ConsumerRejected, ConnectionFailed, Unavailable, RateLimited, ClockSkew] as const;

export const createAuthorize = (transport: Transport, oauthUrl: URL): Authorize => ({
  requestToken: requestTokenBy(transport),

  async checkKeys(options) {
    try {
      // `oob` needs no registered callback; the token is never used and ends by itself.
      await requestTokenBy(transport)({ callbackUrl: 'oob' }, options);
    } catch (error) {
      if (!(error instanceof XAdsError) || NO_KEYS_ACCEPTED.some((kind) => error instanceof kind)) throw error;
    }
  },

  authorizeUrl: (requestToken, options) => authorizeUrl(oauthUrl, requestToken, options),

  async accessToken({ requestToken, requestTokenSecret, verifier }, { signal } = {}) {
    const path = '/oauth/access_token';
    const { text } = await transport.send({
      host: 'oauth',
      method: 'POST',
      path,
      oauthParameters: { oauth_verifier: verifier },
      token: { token: requestToken, tokenSecret: requestTokenSecret },
      signal,
    });
    const form = readForm(text, accessTokenSchema, `POST ${path}`);
    // An access token begins with the user's id (x-ads-api.md §3.1).
    const userId = form.user_id ?? /^(\d+)-/.exec(form.oauth_token)?.[1];
    if (userId === undefined) {
      throw new MalformedResponse(`POST ${path}: X's answer does not say whose token it is`, {
        requestPath: `POST ${path}`,
      });
    }
    return {
      token: form.oauth_token,
      tokenSecret: form.oauth_token_secret,
      userId,
      screenName: form.screen_name ?? userId,
    };
  },

  async revoke({ token, tokenSecret }, { signal } = {}) {
    await transport.send({
      host: 'oauth',
      method: 'POST',
      path: '/1.1/oauth/invalidate_token',
      token: { token, tokenSecret },
      signal,
    });
  },
});
