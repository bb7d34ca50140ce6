import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { saveCredential } from '../../store/connection/credentials.js';
import { createOauthRequest } from '../../store/connection/oauth-requests.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * X answers a wrong key of our app and a token that it does not take in the same words: 32. Only the second is a matter of
 * the X user.
 */

let site: Site;
let connectionId: ConnectionId;
beforeEach(async () => {
  site = await openSite({ accounts: 1, ads: 1 });
  connectionId = await site.connect();
});
afterEach(() => site[Symbol.asyncDispose]());

const list = () => site.call('listAccounts', { connectionId });
const credentials = () =>
  rowsOf(site.db, 'select status, rejected_code as code, rejected_reason as reason from importer.credentials');
const told = () => rowsOf(site.db, 'select kind from importer.notifications');

/** The worker's secret is mistyped from now on: X holds another one. Answers with the way back. */
const mistype = (): (() => void) => {
  const { options } = site.simulator;
  const { consumerSecret } = options;
  Object.assign(options, { consumerSecret: 'not what the worker has' });
  return () => void Object.assign(options, { consumerSecret });
};

/** A token pair that X does not take, under keys that it does. */
const spoilToken = async (): Promise<void> => {
  const [user] = await rowsOf<{ id: string }>(site.db, 'select x_user_id as id from importer.credentials');
  const granted = (await site.control('POST', 'tokens', { screen_name: 'all_accounts' })) as Record<string, string>;
  const { oauth_token: token = '' } = granted;
  await saveCredential(site.db, site.sealer, {
    xUserId: user?.id ?? '',
    screenName: 'ada',
    token,
    tokenSecret: 'spoiled',
  });
};

test('a mistyped X_CONSUMER_SECRET kills no credential, tells nobody, and heals with the right one', async () => {
  const correct = mistype();
  await expect(list()).rejects.toMatchObject({
    type: 'ConsumerRejected',
    nonRetryable: false,
    message: expect.stringMatching(/check X_CONSUMER_KEY and X_CONSUMER_SECRET/),
  });
  expect(await credentials()).toEqual([{ status: 'valid', code: null, reason: null }]);
  expect(await told()).toEqual([]);
  correct();
  expect(await list()).toMatchObject({ accounts: 1 });
});

test('a token that X does not take under keys that it takes is the end of the credential', async () => {
  await spoilToken();
  await expect(list()).rejects.toMatchObject({ type: 'CredentialsRejected', nonRetryable: true });
  expect(await credentials()).toMatchObject([
    { status: 'rejected', code: 'CredentialsRejected', reason: expect.stringMatching(/: 32 /) },
  ]);
  expect(await told()).toEqual([{ kind: 'credentials_rejected' }]);
});

test('a refusal that X cannot be asked about is no verdict, and the next attempt asks again', async () => {
  await spoilToken();
  await site.faults({ kind: 'connection_reset', path: '/oauth/request_token' });
  await expect(list()).rejects.toMatchObject({ type: 'ConnectionFailed', nonRetryable: false });
  await site.faults({ kind: 'status_503', retry_after: false, path: '/oauth/request_token' });
  await expect(list()).rejects.toMatchObject({ type: 'XUnavailable', nonRetryable: false });
  expect(await credentials()).toMatchObject([{ status: 'valid' }]);
  expect(await told()).toEqual([]);
  await site.faults();
  await expect(list()).rejects.toMatchObject({ type: 'CredentialsRejected' });
});

test('a token that X has revoked is told by its code, without a question about our keys', async () => {
  await site.faults({ kind: 'token_revoked', times: 1 });
  await expect(list()).rejects.toMatchObject({ type: 'CredentialsRejected' });
  const { counts } = (await site.control('GET', 'requests')) as { counts: readonly { route: string }[] };
  expect(counts.filter(({ route }) => route.includes('request_token'))).toEqual([]);
});

const signIn = async () => {
  const oauthRequestId = randomUUID();
  await createOauthRequest(site.db, { id: oauthRequestId, connectionId, callbackUrl: 'oob', minutes: 15 });
  return site.call('requestToken', { oauthRequestId });
};

test('who signs in with wrong keys is told at once', async () => {
  mistype();
  await expect(signIn()).rejects.toMatchObject({ type: 'ConsumerRejected', nonRetryable: true });
});

test('a wrong clock is told as such, by how much and whose, at a sign-in at once, and nobody is parked', async () => {
  await site.control('PUT', 'clock', { advance_seconds: 3_600 });
  const correct = mistype();
  const clock = `the clock of ${hostname()} is 1 h behind X's`;
  await expect(list()).rejects.toMatchObject({
    type: 'ClockSkew',
    nonRetryable: false,
    message: expect.stringContaining(clock),
  });
  await expect(signIn()).rejects.toMatchObject({
    type: 'ClockSkew',
    nonRetryable: true,
    message: expect.stringContaining(clock),
  });
  expect(await credentials()).toMatchObject([{ status: 'valid' }]);
  expect(await told()).toEqual([]);
  correct();
  expect(await list()).toMatchObject({ accounts: 1 });
});

test('where X takes our keys at our time, a refused token is the token, whatever `date` X sends', async () => {
  await site.control('PUT', 'clock', { advance_seconds: 86_400 });
  await site.faults({ kind: 'token_revoked', times: 1 });
  await expect(list()).rejects.toMatchObject({ type: 'CredentialsRejected', nonRetryable: true });
});
