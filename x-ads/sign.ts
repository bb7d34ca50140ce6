import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';
import type { TokenPair } from '../domain/credential.js';
import type { XUserId } from '../domain/ids.js';

/** The keys of our app. */
export interface Consumer {
  readonly key: string;
  readonly secret: string;
}

/** The token pair of one X user. */
export interface UserCredentials extends TokenPair {
  readonly userId: XUserId;
}

/** What a request is signed with. */
export interface Credentials {
  readonly consumer: Consumer;
  /** Absent for `request_token`, which is signed with the app's keys alone. */
  readonly token?: TokenPair | undefined;
}

export interface SignableRequest {
  readonly method: string;
  /**
   * Exactly the address that is sent, query included: host and encoding are part of the signature (docs/x-ads-api.md
   * §3.1).
   */
  readonly url: string;
  /** `oauth_callback` and `oauth_verifier`, sent in the header beside the standard names. */
  readonly oauthParameters?: Readonly<Record<`oauth_${string}`, string>> | undefined;
}

export interface SignatureInputs {
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Query = readonly (readonly [name: string, value: string])[];

/** RFC 3986. `encodeURIComponent` leaves five characters as they are that OAuth encodes. */
const percentEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * The query string. It is built once, so that what is signed is what is sent. A space is `%20`: `URLSearchParams`
 * writes `+`, which the signature takes for a plus sign and X for a space.
 *
 * @throws {TypeError} when a name comes twice, which X does not accept (docs/x-ads-api.md §3.3).
 */
export const encodeQuery = (query: Query): string => {
  if (new Set(query.map(([name]) => name)).size !== query.length)
    throw new TypeError('a query names a parameter twice');
  return query.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
};

export const randomNonce = (): string => randomBytes(16).toString('hex');

/** The `Authorization` header of a request: OAuth 1.0a with HMAC-SHA1, the only method that X accepts. */
export const sign = (request: SignableRequest, credentials: Credentials, { nonce, now }: SignatureInputs): string => {
  const oauth = new OAuth({
    consumer: { ...credentials.consumer },
    signature_method: 'HMAC-SHA1',
    hash_function: (baseString, key) => createHmac('sha1', key).update(baseString).digest('base64'),
  });
  // The library would take its nonce from Math.random and its clock from `new Date()`; it lets both be replaced.
  oauth.getNonce = () => nonce;
  oauth.getTimeStamp = () => Math.floor(now / 1000);
  const token = credentials.token;
  const authorization = oauth.authorize(
    { url: request.url, method: request.method, data: { ...request.oauthParameters } },
    token === undefined ? undefined : { key: token.token, secret: token.tokenSecret },
  );
  // `authorize` returns `data` among its result, and `toHeader` keeps the names that begin with `oauth_`: so callback
  // and verifier reach the header, and the query does not.
  return oauth.toHeader(authorization).Authorization;
};
