import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emailOf, openSite, PASSWORD, type Site } from './support/site.js';

let folder = '';
let plain: Site;
let secure: Site;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'x-ads-importer-console-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<script src="/assets/app-1.js"></script><meta content="__NONCE__">');
  writeFileSync(join(folder, 'assets', 'app-1.js'), 'export {};');
  plain = await openSite({ publicUrl: 'http://192.0.2.10:8080', consoleFolder: folder });
  secure = await openSite({ publicUrl: 'https://importer.example.com', consoleFolder: folder });
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await secure[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const signedIn = async (site: Site) => {
  await site.join('Ada', 'owner');
  return await site.ask('POST /sign-in', { body: { email: emailOf('Ada'), password: PASSWORD } });
};

describe('cookies', () => {
  test('by https are sent by https only, under a name that no plain page can set; HSTS is on', async () => {
    const { setCookie, headers } = await signedIn(secure);
    expect(setCookie).toEqual([
      expect.stringMatching(
        /^__Secure-xads\.session_token=[^;]+; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test('work by plain http, without HSTS', async () => {
    const { setCookie, headers } = await signedIn(plain);
    expect(setCookie).toEqual([
      expect.stringMatching(/^xads\.session_token=[^;]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('the console', () => {
  test('is index.html at every address of a page, with a policy whose nonce is another each time', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/connections/7/set-up', '/link/abc', '/index.html']) {
      const { status, text, headers } = await plain.app
        .inject({ method: 'GET', url: path })
        .then(({ statusCode, body, headers: sent }) => ({ status: statusCode, text: body, headers: sent }));
      const nonce = /content="([^"]+)"/.exec(text)?.[1] ?? '';
      nonces.add(nonce);
      expect([path, status, headers['cache-control'], headers['content-type']]).toEqual([
        path,
        200,
        'no-store',
        'text/html; charset=utf-8',
      ]);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'self'",
          "script-src 'self'",
          `style-src 'self' 'nonce-${nonce}'`,
          "style-src-attr 'none'",
          "object-src 'none'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'self' https://api.x.com",
        ]),
      );
      expect(policy.join()).not.toMatch(/unsafe|\*/);
    }
    expect(nonces.size).toBe(4);
  });

  test('has files that browsers keep; what is not there is no page', async () => {
    const file = await plain.app.inject({ method: 'GET', url: '/assets/app-1.js' });
    expect([file.statusCode, file.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    for (const url of [
      '/assets/app-2.js',
      '/api/v1/nothing',
      '/api/v1/../../package.json',
      '/..%2f..%2fetc%2fpasswd',
      '/assets/%2e%2e/%2e%2e/secret',
    ]) {
      const answer = await plain.app.inject({ method: 'GET', url });
      expect([url, answer.statusCode === 200 && !answer.body.includes('assets/app-1.js')]).toEqual([url, false]);
    }
    expect((await plain.app.inject({ method: 'POST', url: '/connections' })).statusCode).toBe(404);
  });
});

test('every answer has the headers that keep browsers from guessing, framing and storing', async () => {
  for (const request of ['GET /me', 'GET /sign-in-ways', 'GET /nothing', 'POST /sign-in'] as const) {
    const { headers } = await secure.ask(request, request.startsWith('POST') ? { body: {} } : {});
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers['x-powered-by'] ?? headers['server']).toBeUndefined();
  }
});

const change = (headers: Readonly<Record<string, string>>, as = {}) =>
  plain.app.inject({
    method: 'PATCH',
    url: '/api/v1/me',
    headers: { host: '192.0.2.10:8080', ...as, ...headers },
    payload: { name: 'Eve' },
  });

const send = (payload: string, type: string) =>
  plain.app.inject({ method: 'POST', url: '/api/v1/sign-in', headers: { 'content-type': type }, payload });

describe('a change', () => {
  test('from another site’s page is refused, also where nobody is signed in yet', async () => {
    const { as } = await plain.join('Bea', 'owner');
    const cookie = as as { cookie: string };
    const origin = 'http://192.0.2.10:8080';
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://192.0.2.10:8081' },
      { origin, 'sec-fetch-site': 'cross-site' },
      { origin, 'sec-fetch-site': 'same-site' },
      {},
    ])
      expect([headers, (await change(headers, cookie)).statusCode]).toEqual([headers, 403]);
    expect((await change({ origin, 'sec-fetch-site': 'same-origin' }, cookie)).statusCode).toBe(204);
    const signIn = { email: emailOf('Bea'), password: PASSWORD };
    expect(
      (await plain.ask('POST /sign-in', { body: signIn, headers: { origin: 'https://evil.example' } })).status,
    ).toBe(403);
  });

  test('is JSON, of one megabyte at most', async () => {
    const form = await send('email=a&password=b', 'application/x-www-form-urlencoded');
    const text = await send('{"email":"a","password":"b"}', 'text/plain');
    const broken = await send('{"email":', 'application/json');
    const proto = await send('{"email":"a","password":"b","__proto__":{"x":1}}', 'application/json');
    const large = await send(JSON.stringify({ email: 'a', password: 'x'.repeat(1_100_000) }), 'application/json');
    expect([form, text, broken, proto, large].map(({ statusCode }) => statusCode)).toEqual([415, 415, 400, 400, 413]);
    for (const answer of [form, text, broken, proto, large])
      expect(answer.json()).toMatchObject({
        error: { code: 'invalid_request', message: expect.any(String) as string },
      });
  });
});
