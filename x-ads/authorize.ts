/** The three-legged flow of OAuth 1.0a (docs/x-ads-api.md §3.1), and the end of a token. */
import { z } from 'zod';
import type { TokenPair } from '../domain/credential.js';
import type { XUserId } from '../domain/ids.js';
import type { CallOptions } from './call.js';
import {
  ClockSkew,
  ConnectionFailed,
  ConsumerRejected,
  MalformedResponse,
  RateLimited,
  Unavailable,
  XAdsError,
} from './errors/index.js';
import type { Transport } from './transport.js';
import { wellFormedValue } from './well-formed.js';

export interface RequestToken {
  readonly requestToken: string;
  readonly requestTokenSecret: string;
}

export interface AccessToken extends TokenPair {
  readonly userId: XUserId;
  /** Without `@`; the user id where X leaves it out. */
  readonly screenName: string;
}

export interface Authorize {
  /**
   * Step 1. The callback must be registered in the app, character for character, or be `oob`.
   *
   * @throws {CallbackNotApproved} when it is not.
   */
  requestToken(input: { readonly callbackUrl: string }, options?: CallOptions): Promise<RequestToken>;
  /**
   * Step 3; step 2 is `authorizeUrl`. A request token works once and for some minutes.
   *
   * @throws {VerifierRejected} when X refuses the exchange.
   */
  accessToken(input: RequestToken & { readonly verifier: string }, options?: CallOptions): Promise<AccessToken>;
  /**
   * Resolves when X accepts the keys of our app. X gives any other answer to a request for a token, a refusal of the
   * callback as well, only to an app that it knows.
   *
   * @throws {ConsumerRejected} when X does not accept them.
   * @throws {ConnectionFailed | Unavailable | RateLimited | ClockSkew} when the answer says nothing about them.
   */
  checkKeys(options?: CallOptions): Promise<void>;
  /**
   * Ends the token at X.
   *
   * @throws {CredentialsRejected} when it had ended already.
   */
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
  // The log-in sample shows only the two tokens, the reference all four (docs/x-ads-api.md §3.1).
  user_id: z.string().regex(/^\d+$/).optional(),
  screen_name: required.optional(),
});

/** Reads a form-encoded answer. Errors name its fields and never quote its text, which holds tokens. */
const readForm = <T>(text: string, schema: z.ZodType<T>, requestPath: string): T => {
  const result = schema.safeParse(wellFormedValue(Object.fromEntries(new URLSearchParams(text))));
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new MalformedResponse(`${requestPath}: X's answer lacks ${fields}`, { requestPath });
};

/** Step 2: X's consent page for a request token, where to send the browser. */
export const authorizeUrl = (oauthUrl: URL, requestToken: string): string => {
  const url = new URL(`${oauthUrl.href.replace(/\/+$/, '')}/oauth/authorize`);
  url.searchParams.set('oauth_token', requestToken);
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

/** The answers that do not show that X knows our keys. */
const KEYS_NOT_SHOWN = [ConsumerRejected, ConnectionFailed, Unavailable, RateLimited, ClockSkew] as const;

export const createAuthorize = (transport: Transport): Authorize => ({
  requestToken: requestTokenBy(transport),

  async checkKeys(options) {
    try {
      // `oob` needs no registered callback; the token is never used and ends by itself.
      await requestTokenBy(transport)({ callbackUrl: 'oob' }, options);
    } catch (error) {
      if (!(error instanceof XAdsError) || KEYS_NOT_SHOWN.some((kind) => error instanceof kind)) throw error;
    }
  },

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
    // An access token begins with the user's id (docs/x-ads-api.md §3.1).
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
