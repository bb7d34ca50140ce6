import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CallbackServer, type CallbackAnswer, startCallbackServer } from '../../cli/callback-server.js';
import { createConnection } from '../../store/connection/connections.js';
import {
  createOauthRequest,
  getOauthRequest,
  openCallback,
  saveRequestToken,
} from '../../store/connection/oauth-requests.js';
import { createSealer } from '../../store/secrets.js';
import { freePort, type Installation, startInstallation } from '../client/support/installation.js';

let installation: Installation;
let callback: CallbackServer;
let outcomes: CallbackAnswer[] = [];

beforeAll(async () => {
  installation = await startInstallation({ worker: false });
  callback = await startCallbackServer(installation.opened.importer, {
    port: 0,
    onCallback: (outcome) => outcomes.push(outcome),
  });
});
beforeEach(() => {
  outcomes = [];
});
afterAll(async () => {
  await callback?.close();
  await installation?.[Symbol.asyncDispose]();
});

const MINUTES = 60_000;

/** A sign-in that X has been asked for, as the worker leaves it. */
const pending = async (expiresInMs = 15 * MINUTES): Promise<{ id: string; token: string }> => {
  const { db } = installation.opened;
  const [connectionId, id, token] = [randomUUID(), randomUUID(), randomUUID()];
  await createConnection(db, { id: connectionId, displayName: 'Test', createdBy: 'test' });
  await createOauthRequest(db, { id, connectionId, callbackUrl: callback.url, minutes: expiresInMs / 60_000 });
  await saveRequestToken(db, createSealer(installation.config.importerKeys), {
    id,
    requestToken: token,
    requestTokenSecret: 'request secret',
  });
  return { id, token };
};

const comeBack = async (query: string): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(`${callback.url}${query}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
};

const stored = async (id: string) => {
  const { db } = installation.opened;
  const request = await getOauthRequest(db, id);
  const opened = await openCallback(db, createSealer(installation.config.importerKeys), id);
  return { state: request?.state, verifier: opened?.verifier };
};

test('a callback from X is sealed once, and the page says that the window can be closed', async () => {
  const { id, token } = await pending();
  const { status, text, headers } = await comeBack(`?oauth_token=${token}&oauth_verifier=verifier-1`);
  expect(status).toBe(200);
  expect(text).toContain('you can close this window');
  expect(text).not.toContain('verifier-1');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await stored(id)).toEqual({ state: 'callback_received', verifier: 'verifier-1' });
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['signed_in']);
});

test('a replayed callback is refused and changes nothing', async () => {
  const { id, token } = await pending();
  await comeBack(`?oauth_token=${token}&oauth_verifier=first`);
  const { status, text } = await comeBack(`?oauth_token=${token}&oauth_verifier=second`);
  expect(status).toBe(400);
  expect(text).toContain('has been used already');
  expect(await stored(id)).toEqual({ state: 'callback_received', verifier: 'first' });
});

test('a forged callback belongs to no sign-in and stores nothing', async () => {
  const { id } = await pending();
  const { status, text } = await comeBack(`?oauth_token=${randomUUID()}&oauth_verifier=forged`);
  expect(status).toBe(400);
  expect(text).toContain('may be forged');
  expect(await stored(id)).toEqual({ state: 'pending', verifier: undefined });
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['refused']);
});

test('a late callback is refused and stores nothing', async () => {
  const { id, token } = await pending(-1 * MINUTES);
  const { status, text } = await comeBack(`?oauth_token=${token}&oauth_verifier=late`);
  expect(status).toBe(400);
  expect(text).toContain('has expired');
  expect(await stored(id)).toEqual({ state: 'pending', verifier: undefined });
});

test('a denial ends the sign-in, whether it arrives once or twice', async () => {
  const { id, token } = await pending();
  for (const _time of [1, 2]) {
    const { status, text } = await comeBack(`?denied=${token}`);
    expect(status).toBe(200);
    expect(text).toContain('did not allow');
  }
  expect((await stored(id)).state).toBe('denied');
  expect((await comeBack(`?oauth_token=${token}&oauth_verifier=after-all`)).status).toBe(400);
});

test('a sign-in is denied only by its request token: a callback that says nothing at all changes nothing', async () => {
  const { id, token } = await pending();
  expect(await comeBack('')).toMatchObject({
    status: 400,
    text: expect.stringContaining('names no sign-in') as string,
  });
  expect((await stored(id)).state).toBe('pending');
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['says_nothing']);
  expect((await comeBack(`?oauth_token=${token}&oauth_verifier=later`)).status).toBe(200);
});

/** A request as a browser or a stranger would send it, down to the last header; its status, or 0 where none came. */
const raw = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(callback.url);
    request({ hostname, port, path, headers, setHost: headers['host'] === undefined }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', () => resolve(0))
      .end();
  });

test('a page of another site can neither load the address nor reach it under a name of its own', async () => {
  const { id, token } = await pending();
  const path = `${new URL(callback.url).pathname}?denied=${token}`;
  const site = { 'sec-fetch-site': 'cross-site' };
  expect(await raw(path, { ...site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).toBe(403);
  expect(await raw(path, { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).toBe(403);
  expect(await raw(path, { host: 'attacker.example' })).toBe(403);
  expect((await stored(id)).state).toBe('pending');
  expect(await raw(path, { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(200);
  expect((await stored(id)).state).toBe('denied');
});

test.each([
  '//',
  '//[',
  'http://[',
  '/%',
  '*',
  '/oauth/callback?%',
  '/oauth/callback?oauth_token=%00&oauth_verifier=x',
])('the listener survives any request, such as GET %s', async (path) => {
  expect(await raw(path)).toBeGreaterThanOrEqual(400);
  expect((await fetch(new URL('/', callback.url))).status).toBe(404);
});

test('what a page shows is never what the address says', async () => {
  const { text } = await comeBack(`?oauth_token=${encodeURIComponent('<script>alert(1)</script>')}&oauth_verifier=x`);
  expect(text).not.toContain('<script>');
});

test('other addresses and other methods are not taken', async () => {
  const { token } = await pending();
  expect((await fetch(new URL('/', callback.url))).status).toBe(404);
  const posted = await fetch(`${callback.url}?oauth_token=${token}&oauth_verifier=x`, { method: 'POST' });
  expect(posted.status).toBe(405);
});

test('a port that is taken is told with what to do', async () => {
  const port = await freePort();
  await using _first = await startCallbackServer(installation.opened.importer, { port });
  await expect(startCallbackServer(installation.opened.importer, { port })).rejects.toMatchObject({
    code: 'port_taken',
    nextStep: { text: expect.stringContaining('XADS_CALLBACK_PORT') as string },
  });
});

test('without a worker nobody waits for ever: connect says that none answers, and that repeating helps', async () => {
  await expect(installation.opened.importer.pause(randomUUID(), 'x')).rejects.toMatchObject({
    code: 'unknown_connection',
  });
  const { connectionId } = await (async () => {
    const { id } = await pending();
    const request = await getOauthRequest(installation.opened.db, id);
    return { connectionId: request?.connectionId ?? '' };
  })();
  await expect(installation.opened.importer.signIn(connectionId)).rejects.toMatchObject({
    code: 'worker_not_answering',
    nextStep: { action: 'start_worker' },
  });
});
