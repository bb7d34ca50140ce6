import { expect, test } from 'vitest';
import { authorizeUrl } from '../../x-ads/authorize.js';
import {
  CallbackNotApproved,
  ClockSkew,
  ConsumerRejected,
  CredentialsRejected,
  MalformedResponse,
  Unavailable,
  VerifierRejected,
} from '../../x-ads/errors/index.js';
import { caught, connect, credentials, sendJson, startServer } from './support/server.js';

const form = 'text/html; charset=utf-8';
const pair = { requestToken: 'rt', requestTokenSecret: 'rs' };

test('the three legs: request token, consent address, access token', async () => {
  await using server = await startServer((request, response) => {
    response.setHeader('content-type', form);
    response.end(
      request.url === '/oauth/request_token'
        ? 'oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=true'
        : 'oauth_token=42-abc&oauth_token_secret=s%2Fs&user_id=42&screen_name=adsperson',
    );
  });
  await using client = connect(server);
  const { authorize } = client.xAds;
  const token = await authorize.requestToken({ callbackUrl: 'http://127.0.0.1:8788/callback?state=a b' });
  expect(token).toEqual(pair);
  const address = authorizeUrl(new URL(server.url), 'r&t');
  expect(address).toBe(`${server.url}/oauth/authorize?oauth_token=r%26t`);
  expect(await authorize.accessToken({ ...token, verifier: 'v1' })).toEqual({
    token: '42-abc',
    tokenSecret: 's/s',
    userId: '42',
    screenName: 'adsperson',
  });
  const [first, second] = server.seen.map(({ headers }) => headers.authorization ?? '');
  expect(first).toContain('oauth_callback="http%3A%2F%2F127.0.0.1%3A8788%2Fcallback%3Fstate%3Da%20b"');
  expect(first).not.toContain('oauth_token=');
  expect(second).toContain('oauth_token="rt"');
  expect(second).toContain('oauth_verifier="v1"');
  expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /oauth/request_token',
    'POST /oauth/access_token',
  ]);
});

test('an access token without its user names the user at its beginning', async () => {
  await using server = await startServer((_, response) => response.end('oauth_token=42-abc&oauth_token_secret=s'));
  await using client = connect(server);
  expect(await client.xAds.authorize.accessToken({ ...pair, verifier: 'v' })).toMatchObject({
    userId: '42',
    screenName: '42',
  });
});

test.each([
  ['an unconfirmed callback', 'oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=false'],
  ['a missing secret', 'oauth_token=rt&oauth_callback_confirmed=true'],
  ['a page', '<html>'],
  ['nothing', ''],
])('%s is no request token', async (_, text) => {
  await using server = await startServer((_, response) => response.end(text));
  await using client = connect(server);
  const error = await caught(client.xAds.authorize.requestToken({ callbackUrl: 'oob' }));
  expect(error).toBeInstanceOf(MalformedResponse);
  expect(String(error)).not.toContain('rs');
});

test.each([
  [
    '{"errors":[{"code":415,"message":"Callback URL not approved for this client application."}]}',
    403,
    CallbackNotApproved,
  ],
  ['{"errors":[{"code":32,"message":"Could not authenticate you."}]}', 401, ConsumerRejected],
  ['Failed to validate oauth signature and token', 401, ConsumerRejected],
])('the request token is refused with %s', async (text, status, expected) => {
  await using server = await startServer((_, response) => response.writeHead(status).end(text));
  await using client = connect(server);
  expect(await caught(client.xAds.authorize.requestToken({ callbackUrl: 'http://a/' }))).toBeInstanceOf(expected);
});

test.each([
  ['oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=true', 200, undefined],
  ['{"errors":[{"code":415,"message":"Callback URL not approved for this client application."}]}', 403, undefined],
  [
    '{"errors":[{"code":417,"message":"Desktop applications only support the oauth_callback value oob"}]}',
    401,
    undefined,
  ],
  ['{"errors":[{"code":34,"message":"Sorry, that page does not exist"}]}', 404, undefined],
  ['{"errors":[{"code":32,"message":"Could not authenticate you."}]}', 401, ConsumerRejected],
  ['Failed to validate oauth signature and token', 401, ConsumerRejected],
  ['{"errors":[{"code":416,"message":"Invalid / suspended application"}]}', 401, ConsumerRejected],
  ['{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}', 401, ClockSkew],
  ['{"errors":[{"code":130,"message":"Over capacity"}]}', 503, Unavailable],
])('our own keys are accepted unless X says otherwise: %s', async (text, status, refusal) => {
  await using server = await startServer((_, response) => response.writeHead(status).end(text));
  await using client = connect(server);
  const answer = await client.xAds.authorize.checkKeys().catch((error: unknown) => error);
  if (refusal === undefined) expect(answer).toBeUndefined();
  else expect(answer).toBeInstanceOf(refusal);
  expect(server.seen).toMatchObject([{ method: 'POST', path: '/oauth/request_token' }]);
});

test('a plain-text refusal of the verifier says to start again', async () => {
  const text = 'Error processing your OAuth request: Invalid oauth_verifier parameter';
  await using server = await startServer((_, response) => response.writeHead(401).end(text));
  await using client = connect(server);
  const error = await caught(client.xAds.authorize.accessToken({ ...pair, verifier: 'v' }));
  expect(error).toBeInstanceOf(VerifierRejected);
  expect(error).toMatchObject({ xMessage: text, nextStep: expect.stringContaining('Sign in once more') });
});

test('a token is revoked; for one that had ended already there is an error', async () => {
  let alive = true;
  await using server = await startServer((_, response) => {
    if (!alive) return sendJson(response, { errors: [{ code: 89, message: 'Invalid or expired token.' }] }, 401);
    alive = false;
    return sendJson(response, { access_token: 'x' });
  });
  await using client = connect(server);
  await client.xAds.authorize.revoke(credentials);
  expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/1.1/oauth/invalidate_token' });
  expect(await caught(client.xAds.authorize.revoke(credentials))).toBeInstanceOf(CredentialsRejected);
});
