import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';

export interface Keys {
  readonly key: string;
  readonly secret: string;
}

export interface SignOptions {
  readonly consumer: Keys;
  readonly token?: Keys | undefined;
  /** Further fields of the header: oauth_callback, oauth_verifier. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly timestamp?: number | undefined;
  readonly nonce?: string | undefined;
}

/**
 * Signs with the `oauth-1.0a` package, so that the simulator's verifier is checked against an independent
 * implementation.
 */
export const authorization = (method: string, url: string, options: SignOptions): string => {
  const oauth = new OAuth({
    consumer: { key: options.consumer.key, secret: options.consumer.secret },
    signature_method: 'HMAC-SHA1',
    hash_function: (base, key) => createHmac('sha1', key).update(base).digest('base64'),
  });
  oauth.getNonce = () => options.nonce ?? randomBytes(16).toString('hex');
  oauth.getTimeStamp = () => options.timestamp ?? Math.floor(Date.now() / 1000);
  const data = { ...options.form, ...options.extra };
  const signed = oauth.authorize({ method, url, data }, options.token && { ...options.token });
  return oauth.toHeader(signed).Authorization;
};
