import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeQuery, randomNonce, sign } from '../../x-ads/sign.js';

const signatureOf = (header: string): string => decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)?.[1] ?? '');

// The values of creating-a-signature.mdx, docs/x-ads-api.md §3.3.
const sample = {
  consumer: { key: 'xvz1evFS4wEEPTGEFPHBog', secret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw' },
  token: {
    token: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
    tokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
  },
};
const inputs = { nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg', now: 1318622958_000 };
const update = encodeQuery([
  ['include_entities', 'true'],
  ['status', 'Hello Ladies + Gentlemen, a signed OAuth request!'],
]);

test.each([
  ['https://api.x.com/1.1/statuses/update.json', 'Ls93hJiZbQ3akF3HF3x1Bz8/zU4='],
  ['https://api.twitter.com/1.1/statuses/update.json', 'hCtSmYh+iHYCEqBWrE7C7hYmtUk='],
  ['https://api.twitter.com/1/statuses/update.json', 'tnnArxj06cWHq44gCs1OSKk/jLY='],
])('signs POST %s as the documentation does', (url, signature) => {
  expect(signatureOf(sign({ method: 'POST', url: `${url}?${update}` }, sample, inputs))).toBe(signature);
});

test.each([
  ['https://api.twitter.com/oauth/request_token', 'F1Li3tvehgcraF8DMJ7OyxO4w9Y='],
  ['https://api.x.com/oauth/request_token', 'X9xhcB9d+NxXd/ThJ/n51vPhetM='],
])('signs POST %s with the consumer alone, the callback in the header', (url, signature) => {
  const header = sign(
    { method: 'POST', url, oauthParameters: { oauth_callback: 'http://localhost/sign-in-with-twitter/' } },
    { consumer: { key: 'cChZNFj6T5R0TigYB9yd1w', secret: 'L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg' } },
    { nonce: 'ea9ec8429b68d6b77cd5600adbbb0456', now: 1318467427_000 },
  );
  expect(signatureOf(header)).toBe(signature);
  expect(header).toContain('oauth_callback="http%3A%2F%2Flocalhost%2Fsign-in-with-twitter%2F"');
  expect(header).not.toContain('oauth_token=');
});

test('signs a stats request with commas and colons as the reference computes it', () => {
  const query = encodeQuery([
    ['entity', 'LINE_ITEM'],
    ['entity_ids', '8u94t,8v7jo'],
    ['start_time', '2026-07-12T22:00:00Z'],
    ['end_time', '2026-07-19T22:00:00Z'],
    ['granularity', 'DAY'],
    ['placement', 'ALL_ON_TWITTER'],
    ['metric_groups', 'ENGAGEMENT,BILLING'],
  ]);
  const url = `https://ads-api.x.com/12/stats/accounts/18ce54d4x5t?${query}`;
  const header = sign({ method: 'GET', url }, sample, inputs);
  expect(signatureOf(header)).toBe('/QyWCMyVfvirOF+HLy4jgPJ+s/4=');
  expect(header).not.toContain('entity');
});

// A second reading of docs/x-ads-api.md §3.3, which shares nothing with the library: what X does on its side.
const encode = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

const verify = (method: string, url: string, header: string, consumerSecret: string, tokenSecret: string): boolean => {
  const [base = '', query = ''] = url.split('?');
  const oauth = [...header.slice('OAuth '.length).matchAll(/(\w+)="([^"]*)"/g)].map(
    ([, key = '', value = '']) => [key, decodeURIComponent(value)] as const,
  );
  const signature = oauth.find(([key]) => key === 'oauth_signature')?.[1];
  const sent = query === '' ? [] : [...new URLSearchParams(query)];
  const pairs = [...sent, ...oauth.filter(([key]) => key !== 'oauth_signature')].map(
    ([key, value]) => [encode(key), encode(value)] as const,
  );
  const parameters = pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
  const baseString = `${method}&${encode(base)}&${encode(parameters)}`;
  const key = `${encode(consumerSecret)}&${encode(tokenSecret)}`;
  return createHmac('sha1', key).update(baseString).digest('base64') === signature;
};

test('agrees with an independent verification over random requests', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const plain = fc.stringMatching(/^[a-z][a-z_]{0,11}$/);
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'DELETE'),
      fc.uniqueArray(fc.tuple(plain, fc.string({ unit: 'grapheme', maxLength: 30 })), { selector: ([name]) => name }),
      text,
      text,
      text,
      fc.option(text, { nil: undefined }),
      (method, query, key, secret, tokenSecret, verifier) => {
        const encoded = encodeQuery(query);
        const url = `https://ads-api.x.com/12/accounts${encoded === '' ? '' : `?${encoded}`}`;
        const header = sign(
          { method, url, oauthParameters: verifier === undefined ? undefined : { oauth_verifier: verifier } },
          { consumer: { key, secret }, token: { token: key, tokenSecret } },
          { nonce: randomNonce(), now: 1_800_000_000_000 },
        );
        expect(verify(method, url, header, secret, tokenSecret)).toBe(true);
        expect(header.includes('oauth_verifier')).toBe(verifier !== undefined);
      },
    ),
    { numRuns: 500 },
  );
});

test('a query writes a space as %20 and escapes what RFC 3986 reserves', () => {
  expect(encodeQuery([['q', "a b+c!'()*,:~"]])).toBe('q=a%20b%2Bc%21%27%28%29%2A%2C%3A~');
});

test('a query that names a parameter twice is refused', () => {
  const twice = [
    ['a', '1'],
    ['a', '2'],
  ] as const;
  expect(() => encodeQuery(twice)).toThrow(TypeError);
});

test('nonces are ASCII and do not repeat', () => {
  const nonces = Array.from({ length: 1000 }, randomNonce);
  expect(new Set(nonces).size).toBe(1000);
  expect(nonces.every((nonce) => /^[0-9a-f]{32}$/.test(nonce))).toBe(true);
});
