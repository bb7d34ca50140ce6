import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { createConnection, getConnection, setPhase } from '../../store/connection/connections.js';
import {
  createOauthRequest,
  getOauthRequest,
  saveDenial,
  saveCallback,
} from '../../store/connection/oauth-requests.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import { CALLBACK, consent } from '../x-ads/support/simulator.js';
import { openSite, rowsOf, type Site } from './site.js';

let site: Site;
beforeAll(async () => {
  site = await openSite({ ads: 1 });
});
afterAll(() => site[Symbol.asyncDispose]());

interface SignIn {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId: string;
  readonly requestToken: string;
}

const begin = async (expiresInMs = 900_000): Promise<SignIn> => {
  const [connectionId, oauthRequestId] = [randomUUID(), randomUUID()];
  await createConnection(site.db, { id: connectionId, displayName: 'Ads', createdBy: 'ada' });
  await createOauthRequest(site.db, {
    id: oauthRequestId,
    connectionId,
    callbackUrl: CALLBACK,
    minutes: expiresInMs / 60_000,
  });
  await site.call('requestToken', { oauthRequestId });
  const request = await getOauthRequest(site.db, oauthRequestId);
  return { connectionId, oauthRequestId, requestToken: request?.requestToken ?? '' };
};

const allow = async ({ requestToken }: SignIn, screenName = 'all_accounts'): Promise<string> => {
  const back = await consent(authorizeUrl(new URL(site.url), requestToken), screenName);
  return back.searchParams.get('oauth_verifier') ?? '';
};
const comeBack = ({ requestToken }: SignIn, verifier: string) =>
  saveCallback(site.db, site.sealer, { requestToken, verifier });
const exchange = ({ connectionId, oauthRequestId }: SignIn) =>
  site.call('exchangeVerifier', { connectionId, oauthRequestId });

const credentials = async (): Promise<number> => (await rowsOf(site.db, 'select from importer.credentials')).length;
const exchanges = async (): Promise<number> => {
  const { counts } = (await site.control('GET', 'requests')) as { counts: { route: string; count: number }[] };
  return counts.filter(({ route }) => route.endsWith('/oauth/access_token')).reduce((sum, { count }) => sum + count, 0);
};
const nothingStored = async ({ connectionId }: SignIn): Promise<void> => {
  expect(await credentials()).toBe(0);
  expect((await getConnection(site.db, connectionId))?.xUserId).toBeNull();
};

test('a person who says no leaves nothing behind', async () => {
  const signIn = await begin();
  expect(await saveDenial(site.db, signIn.requestToken)).toMatchObject({ kind: 'accepted' });
  await expect(exchange(signIn)).rejects.toMatchObject({ type: 'denied', nonRetryable: true });
  await nothingStored(signIn);
});

test('a forged verifier is refused by X and leaves nothing behind', async () => {
  const signIn = await begin();
  await allow(signIn);
  await comeBack(signIn, 'forged-verifier');
  await expect(exchange(signIn)).rejects.toMatchObject({ type: 'VerifierRejected', nonRetryable: true });
  await nothingStored(signIn);
});

test('a late return is not exchanged', async () => {
  const signIn = await begin(-1);
  expect(await comeBack(signIn, await allow(signIn))).toEqual({ kind: 'refused', why: 'late' });
  await expect(exchange(signIn)).rejects.toMatchObject({ type: 'sign_in_interrupted', nonRetryable: true });
  await nothingStored(signIn);
});

test('an exchange whose answer is lost ends in a sign-in to be begun again, never in half a connection', async () => {
  const signIn = await begin();
  await comeBack(signIn, await allow(signIn));
  await site.faults({ kind: 'lost_response', path: '/oauth/access_token', times: 1 });
  await expect(exchange(signIn)).rejects.toMatchObject({ type: 'ConnectionFailed', nonRetryable: false });
  // The verifier worked once, at X; Temporal's next attempt meets its refusal.
  await expect(exchange(signIn)).rejects.toMatchObject({ nonRetryable: true });
  await nothingStored(signIn);
});

test('a return becomes a sealed credential once, however often the activity is repeated', async () => {
  const signIn = await begin();
  await comeBack(signIn, await allow(signIn));
  const before = await exchanges();
  const first = await exchange(signIn);
  expect(await exchange(signIn)).toEqual(first);
  expect((await exchanges()) - before).toBe(1);
  expect((await getConnection(site.db, signIn.connectionId))?.xUserId).toBe(first.xUserId);
  const { oauth_token: token = '-', oauth_token_secret: secret = '-' } = (await site.control('POST', 'tokens', {
    screen_name: 'all_accounts',
  })) as Record<string, string>;
  const everything = JSON.stringify(
    await rowsOf(site.db, "select c.*, encode(c.sealed, 'escape') as readable from importer.credentials c"),
  );
  expect(everything).not.toContain(token);
  expect(everything).not.toContain(secret);
});

test('an answer that comes back a second time is refused', async () => {
  const signIn = await begin();
  const verifier = await allow(signIn);
  await comeBack(signIn, verifier);
  await exchange(signIn);
  expect(await comeBack(signIn, verifier)).toEqual({ kind: 'refused', why: 'already_used' });
});

test('a request token is asked for once more only while the sign-in waits for its first', async () => {
  const signIn = await begin();
  await site.call('requestToken', { oauthRequestId: signIn.oauthRequestId });
  expect((await getOauthRequest(site.db, signIn.oauthRequestId))?.requestToken).toBe(signIn.requestToken);
  await expect(site.call('requestToken', { oauthRequestId: randomUUID() })).rejects.toMatchObject({
    type: 'sign_in_unknown',
  });
});

test('a credential lives until its last connection ends, and is then revoked at X and erased', async () => {
  const two = [await site.connect('campaign_analyst'), await site.connect('campaign_analyst')] as const;
  await site.call('disconnectConnection', { connectionId: two[0], revoke: true });
  expect(await site.call('listAccounts', { connectionId: two[1] })).toEqual({
    accounts: 1,
    selectable: 1,
  });
  const { oauth_token: token = '' } = (await site.control('POST', 'tokens', {
    screen_name: 'campaign_analyst',
  })) as Record<string, string>;
  await site.call('disconnectConnection', { connectionId: two[1], revoke: true });
  await site.call('disconnectConnection', { connectionId: two[1], revoke: true });
  expect(site.simulator.tokens.find(token)).toBeNull();
  const { xUserId } = (await getConnection(site.db, two[1])) ?? {};
  expect(await rowsOf(site.db, 'select from importer.credentials where x_user_id = $1', [xUserId])).toEqual([]);
});

test('a token pair that a new connection of the X user is being given is not revoked by the disconnect of the old one', async () => {
  const old = await site.connect('campaign_analyst');
  const signIn = await begin();
  await comeBack(signIn, await allow(signIn, 'campaign_analyst'));
  // Each is asked of X while the other is under way, in either order.
  await site.faults({ kind: 'slow_response', path: '/oauth/', times: 2, seconds: 1 });
  await Promise.all([site.call('disconnectConnection', { connectionId: old, revoke: true }), exchange(signIn)]);
  const { connectionId } = signIn;
  expect(await site.call('listAccounts', { connectionId })).toMatchObject({ accounts: 1 });
  await site.call('disconnectConnection', { connectionId, revoke: true });
});

test('signing in again as another X user revokes and erases what the first has left, and nothing that others need', async () => {
  const shared = await site.connect('all_accounts');
  const signIn = await begin();
  await comeBack(signIn, await allow(signIn, 'campaign_analyst'));
  await exchange(signIn);
  const { oauth_token: token = '' } = (await site.control('POST', 'tokens', {
    screen_name: 'campaign_analyst',
  })) as Record<string, string>;
  const oauthRequestId = randomUUID();
  const { connectionId } = signIn;
  await createOauthRequest(site.db, { id: oauthRequestId, connectionId, callbackUrl: CALLBACK, minutes: 15 });
  await site.call('requestToken', { oauthRequestId });
  const { requestToken } = (await getOauthRequest(site.db, oauthRequestId)) ?? {};
  const again = { connectionId, oauthRequestId, requestToken: requestToken ?? '' };
  await comeBack(again, await allow(again, 'creative_manager'));
  await exchange(again);
  expect(site.simulator.tokens.find(token)).toBeNull();
  const left = await rowsOf<{ name: string }>(
    site.db,
    'select screen_name as name from importer.credentials order by 1',
  );
  expect(left.map(({ name }) => name)).toEqual(expect.arrayContaining(['all_accounts', 'creative_manager']));
  expect(left.map(({ name }) => name)).not.toContain('campaign_analyst');
  for (const id of [shared, connectionId]) await site.call('disconnectConnection', { connectionId: id, revoke: true });
});

test('a reconnect that brings another X user stores nothing until a person has said that they mean it', async () => {
  const connectionId = await site.connect('campaign_analyst');
  await setPhase(site.db, connectionId, 'needs_reauthorization', {
    code: 'CredentialsRejected',
    nextStep: 'Reconnect.',
  });
  const again = async (otherUser: boolean): Promise<SignIn> => {
    const oauthRequestId = randomUUID();
    const request = { id: oauthRequestId, connectionId, callbackUrl: CALLBACK, minutes: 15, otherUser };
    await createOauthRequest(site.db, request);
    await site.call('requestToken', { oauthRequestId });
    const { requestToken } = (await getOauthRequest(site.db, oauthRequestId)) ?? {};
    const signIn = { connectionId, oauthRequestId, requestToken: requestToken ?? '' };
    await comeBack(signIn, await allow(signIn, 'creative_manager'));
    return signIn;
  };
  const stored = () => rowsOf(site.db, 'select * from importer.credentials order by x_user_id');
  const before = [await stored(), await getConnection(site.db, connectionId)];
  const refused = await again(false);
  await expect(exchange(refused)).rejects.toMatchObject({
    type: 'other_x_user',
    nonRetryable: true,
  });
  expect([await stored(), await getConnection(site.db, connectionId)]).toEqual(before);
  const problem = { code: 'other_x_user', nextStep: 'Choose.' };
  await site.call('endSignIn', { oauthRequestId: refused.oauthRequestId, state: 'failed', problem });
  expect((await getConnection(site.db, connectionId))?.signInProblem).toEqual(problem);
  await exchange(await again(true));
  expect(await getConnection(site.db, connectionId)).toMatchObject({
    screenName: 'creative_manager',
    signInProblem: null,
  });
  await site.call('disconnectConnection', { connectionId, revoke: true });
});

test('where X cannot be reached the credential is erased all the same', async () => {
  const connectionId = await site.connect('creative_manager');
  await site.faults({ kind: 'connection_reset', path: '/oauth/' });
  await expect(site.call('disconnectConnection', { connectionId, revoke: true })).rejects.toMatchObject({
    type: 'ConnectionFailed',
  });
  await site.call('disconnectConnection', { connectionId, revoke: false });
  await site.faults();
  const { xUserId } = (await getConnection(site.db, connectionId)) ?? {};
  expect(await rowsOf(site.db, 'select from importer.credentials where x_user_id = $1', [xUserId])).toEqual([]);
});
