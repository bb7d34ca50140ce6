import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * OAuth 1.0a signatures as X checks them (docs/x-ads-api.md §3.3). A second implementation beside that of the importer,
 * so that each checks the other.
 */

/** Encodes as RFC 3986 says: all but `A-Za-z0-9-._~`. `encodeURIComponent` leaves five more characters as they are. */
export const percentEncode = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export type Pair = readonly [name: string, value: string];

const decode = (value: string): string => {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
};

/** Reads a query string or form body. Duplicates are kept, because X refuses a request with duplicates. */
export const parsePairs = (encoded: string): Pair[] =>
  encoded
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), ''] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });

/** Reads `Authorization: OAuth k="v", …`; null for any other header. */
export const parseAuthorization = (header: string | undefined): Map<string, string> | null => {
  if (header === undefined || !/^OAuth\s/i.test(header)) return null;
  const fields = new Map<string, string>();
  for (const part of header.slice(6).split(',')) {
    const match = /^\s*([A-Za-z_]+)="([^"]*)"\s*$/.exec(part);
    if (match?.[1] === undefined || match[2] === undefined) return null;
    fields.set(match[1], decode(match[2].replaceAll('+', '%2B')));
  }
  return fields.size === 0 ? null : fields;
};

export interface SignedRequest {
  readonly method: string;
  /** Scheme, host with port, and path, without the query. The host is part of the signature. */
  readonly url: string;
  /** Query and form parameters. JSON bodies are not signed. */
  readonly parameters: readonly Pair[];
  readonly oauth: ReadonlyMap<string, string>;
}

export const baseString = ({ method, url, parameters, oauth }: SignedRequest): string => {
  const fields = [...oauth].filter(([name]) => name !== 'oauth_signature' && name !== 'realm');
  const encoded = [...parameters, ...fields].map(
    ([name, value]) => [percentEncode(name), percentEncode(value)] as const,
  );
  const sorted = encoded.toSorted((a, b) => (a[0] === b[0] ? compare(a[1], b[1]) : compare(a[0], b[0])));
  const joined = sorted.map(([name, value]) => `${name}=${value}`).join('&');
  return [method.toUpperCase(), percentEncode(url), percentEncode(joined)].join('&');
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const signature = (request: SignedRequest, consumerSecret: string, tokenSecret: string): string =>
  createHmac('sha1', `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`)
    .update(baseString(request))
    .digest('base64');

export const isSignedBy = (request: SignedRequest, consumerSecret: string, tokenSecret: string): boolean => {
  const given = Buffer.from(request.oauth.get('oauth_signature') ?? '');
  const expected = Buffer.from(signature(request, consumerSecret, tokenSecret));
  return given.length === expected.length && timingSafeEqual(given, expected);
};
