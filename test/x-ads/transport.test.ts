import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { authorizeUrl } from '../../x-ads/authorize.js';
import { createXAds } from '../../x-ads/client.js';
import {
  ConnectionFailed,
  CredentialsRejected,
  MalformedResponse,
  NotAllowed,
  ResponseTooLarge,
  Unavailable,
} from '../../x-ads/errors/index.js';
import { defaultCaps, defaultTimeouts } from '../../x-ads/settings.js';
import { createTransport } from '../../x-ads/transport.js';
import { caught, connect, consumer, credentials, sendJson, startServer } from './support/server.js';

const account = { id: 'a1', timezone: 'Europe/Prague', deleted: false };
const oneAccount = { request: { params: { account_id: 'a1' } }, data: account };

const statsQuery = {
  entity: 'LINE_ITEM',
  entityIds: ['li1'],
  startTime: '2026-07-12T22:00:00Z',
  endTime: '2026-07-19T22:00:00Z',
  placement: 'ALL_ON_TWITTER',
  metricGroups: ['ENGAGEMENT'],
} as const;

test("an answer comes with X's now, from the date header", async () => {
  await using server = await startServer((_, response) => {
    sendJson(response, oneAccount, 200, { date: 'Tue, 01 Dec 2026 08:09:10 GMT' });
  });
  await using client = connect(server);
  expect(await client.user.accounts.get('a1')).toEqual({
    data: account,
    observedAt: '2026-12-01T08:09:10Z',
    params: { account_id: 'a1' },
  });
  expect(server.seen[0]?.headers.authorization).toMatch(/^OAuth oauth_consumer_key="consumer-key", oauth_nonce="/);
});

test('an answer without a date is refused rather than dated by our clock', async () => {
  await using server = await startServer((_, response) => {
    response.sendDate = false;
    sendJson(response, oneAccount);
  });
  await using client = connect(server);
  expect(await caught(client.user.accounts.get('a1'))).toBeInstanceOf(MalformedResponse);
});

test('what the allow-list does not hold is not sent', async () => {
  await using server = await startServer((_, response) => sendJson(response, {}));
  const transport = createTransport({
    baseUrl: new URL(server.url),
    oauthUrl: new URL(server.url),
    consumer,
    timeouts: defaultTimeouts,
    caps: defaultCaps,
  });
  const refused = await Promise.all([
    caught(transport.send({ host: 'ads', method: 'POST', path: '/12/accounts/a1/campaigns' })),
    caught(transport.send({ host: 'ads', method: 'DELETE', path: '/12/accounts/a1/campaigns/c1' })),
    caught(transport.send({ host: 'ads', method: 'POST', path: '/oauth/access_token' })),
    caught(transport.send({ host: 'oauth', method: 'GET', path: '/oauth/request_token' })),
    caught(transport.send({ host: 'oauth', method: 'POST', path: '/1.1/statuses/update.json' })),
  ]);
  expect(refused.every((error) => error instanceof NotAllowed)).toBe(true);
  expect(server.seen).toHaveLength(0);
  await transport.close();
});

test('an account id cannot lead to another path', async () => {
  await using server = await startServer((_, response) => sendJson(response, {}));
  await using client = connect(server);
  expect(await caught(client.user.accounts.get('a1/campaigns/../../b2'))).toBeInstanceOf(NotAllowed);
  expect(await caught(client.user.statsJobs.cancel('a1', '1?x=y'))).toBeInstanceOf(NotAllowed);
  expect(server.seen).toHaveLength(0);
});

test('a redirect is not followed', async () => {
  await using elsewhere = await startServer((_, response) => sendJson(response, oneAccount));
  await using server = await startServer((_, response) => {
    response.writeHead(302, { location: `${elsewhere.url}/12/accounts/a1` }).end();
  });
  await using client = connect(server);
  expect(await caught(client.user.accounts.get('a1'))).toBeInstanceOf(MalformedResponse);
  expect(elsewhere.seen).toHaveLength(0);
});

test('a silent server ends in a timeout, and a lost create may have been done', async () => {
  await using server = await startServer(() => {});
  await using client = connect(server, { timeouts: { responseMs: 60, jobCreateMs: 80 } });
  expect(await caught(client.user.accounts.get('a1'))).toMatchObject({ name: 'ConnectionFailed', reason: 'TIMEOUT' });
  expect(await caught(client.user.statsJobs.create('a1', statsQuery))).toMatchObject({
    name: 'ConnectionFailed',
    reason: 'TIMEOUT',
    mayHaveBeenDone: true,
  });
});

test('a server that drips its answer ends in a timeout too', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(drip));
  });
  await using client = connect(server, { timeouts: { responseMs: 150 } });
  expect(await caught(client.user.accounts.get('a1'))).toMatchObject({ name: 'ConnectionFailed', reason: 'TIMEOUT' });
});

test('a refused connection says that nothing was done', async () => {
  const server = await startServer(() => {});
  await server[Symbol.asyncDispose]();
  await using client = connect(server);
  expect(await caught(client.user.statsJobs.create('a1', statsQuery))).toMatchObject({
    name: 'ConnectionFailed',
    reason: 'ECONNREFUSED',
    mayHaveBeenDone: false,
  });
});

test('a socket closed before the answer, or within it, leaves open what was done', async () => {
  await using server = await startServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"data":');
      setTimeout(() => response.destroy(), 10);
    } else {
      request.socket.destroy();
    }
  });
  await using client = connect(server);
  for (const attempt of [() => client.user.accounts.get('a1'), () => client.user.statsJobs.create('a1', statsQuery)]) {
    const error = await caught(attempt());
    expect(error).toBeInstanceOf(ConnectionFailed);
    expect(error).toMatchObject({ mayHaveBeenDone: true });
  }
});

test("the caller's abort comes back as it was given", async () => {
  const reason = new Error('cancelled by the workflow');
  const controller = new AbortController();
  // Aborted once it is under way: before that, nothing would reach the server.
  await using server = await startServer(() => controller.abort(reason));
  await using client = connect(server);
  expect(await caught(client.user.accounts.get('a1', { signal: controller.signal }))).toBe(reason);
  expect(await caught(client.user.accounts.get('a1', { signal: controller.signal }))).toBe(reason);
  expect(server.seen).toHaveLength(1);
});

test('a signal bound to the user ends each of the calls', async () => {
  await using server = await startServer(() => {});
  await using client = connect(server);
  const controller = new AbortController();
  const bound = client.xAds.forUser(credentials, { signal: controller.signal });
  const ends = Promise.all([caught(bound.accounts.get('a1')), caught(bound.campaigns.list('a1').next())]);
  const reason = new Error('the worker shuts down');
  controller.abort(reason);
  expect(await ends).toEqual([reason, reason]);
});

test('a gzipped answer is read, a broken one is not', async () => {
  const zipped = gzipSync(JSON.stringify(oneAccount));
  await using server = await startServer((request, response) => {
    const whole = request.url?.includes('a1') === true;
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(whole ? zipped : zipped.subarray(0, zipped.length - 12));
  });
  await using client = connect(server);
  expect((await client.user.accounts.get('a1')).data.id).toBe('a1');
  expect(await caught(client.user.accounts.get('b2'))).toBeInstanceOf(MalformedResponse);
});

test('an answer beyond the cap is cut off, plain or zipped', async () => {
  const big = JSON.stringify({ data: 'x'.repeat(500_000) });
  await using server = await startServer((request, response) => {
    const zip = request.url?.includes('zip') === true;
    response.writeHead(200, zip ? { 'content-encoding': 'gzip' } : {});
    response.end(zip ? gzipSync(big) : big);
  });
  await using client = connect(server, { caps: { responseBytes: 100_000 } });
  expect(await caught(client.user.accounts.get('plain'))).toBeInstanceOf(ResponseTooLarge);
  expect(await caught(client.user.accounts.get('zip'))).toBeInstanceOf(ResponseTooLarge);
});

test('an endless error page is still an error of its status', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(503, { 'retry-after': '3' });
    response.write('<html>'.repeat(100_000));
  });
  await using client = connect(server);
  const error = await caught(client.user.accounts.get('a1'));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error).toMatchObject({ retryAfterMs: 3000 });
});

test.each([
  ['not JSON', '<html>'],
  ['an empty body', ''],
  ['no data', '{"request":{}}'],
  ['a wrong type', '{"data":{"id":7,"timezone":"Europe/Prague"}}'],
])('%s where an account should be is malformed', async (_, text) => {
  await using server = await startServer((_, response) => response.end(text));
  await using client = connect(server);
  expect(await caught(client.user.accounts.get('a1'))).toBeInstanceOf(MalformedResponse);
});

test('no secret is in any error, even when the answer echoes the request', async () => {
  const secrets = [consumer.key, consumer.secret, credentials.token, credentials.tokenSecret];
  await using server = await startServer((request, response) => {
    if (request.url?.includes('cut') === true) return request.socket.destroy();
    const message = `${request.headers.authorization} ${secrets.join(' ')}`;
    return sendJson(response, { errors: [{ code: 89, message }] }, request.url?.includes('bad') === true ? 400 : 401);
  });
  await using client = connect(server);
  const errors = [
    await caught(client.user.accounts.get('a1')),
    await caught(client.user.accounts.get('cut')),
    await caught(client.user.accounts.get('bad')),
    await caught(client.xAds.authorize.revoke(credentials)),
  ];
  expect(errors[0]).toBeInstanceOf(CredentialsRejected);
  for (const error of errors) {
    const text = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)}`;
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});

test('a base address may have a path, which is signed and sent', async () => {
  await using server = await startServer((_, response) => sendJson(response, oneAccount));
  const xAds = createXAds({ baseUrl: `${server.url}/x/`, oauthUrl: `${server.url}/y`, consumer });
  await xAds.forUser(credentials).accounts.get('a1');
  expect(server.seen[0]?.path).toBe('/x/12/accounts/a1');
  expect(authorizeUrl(new URL(`${server.url}/y`), 'rt')).toBe(`${server.url}/y/oauth/authorize?oauth_token=rt`);
  await xAds.close();
});

test('sockets are kept open between calls', async () => {
  const sockets = new Set<unknown>();
  await using server = await startServer((request, response) => {
    sockets.add(request.socket);
    sendJson(response, oneAccount);
  });
  await using client = connect(server);
  for (let i = 0; i < 10; i++) await client.user.accounts.get('a1');
  // The pool may open a second socket before the first is free again.
  expect(sockets.size).toBeLessThanOrEqual(2);
});
