import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { percentEncode, signature } from '../../simulator/routes/oauth/signature.js';
import { Consent } from './support/consent.js';
import { codeOf, messageOf, startX, type X } from './support/x.js';

const CALLBACK = 'http://127.0.0.1:8788/oauth/callback';

let x: X;
let consent: Consent;
beforeAll(async () => {
  x = await startX({ accounts: 1, ads: 5 });
  consent = new Consent(x);
});
afterAll(() => x.running.close());

const vector = (method: string, url: string, status: string): string =>
  signature(
    {
      method,
      url,
      parameters: [
        ['status', status],
        ['include_entities', 'true'],
      ],
      oauth: new Map([
        ['oauth_consumer_key', 'xvz1evFS4wEEPTGEFPHBog'],
        ['oauth_nonce', 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg'],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', '1318622958'],
        ['oauth_token', '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb'],
        ['oauth_version', '1.0'],
      ]),
    },
    'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
    'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
  );

describe('signatures', () => {
  test('§17.3: the signatures of the documentation are reproduced, host by host', () => {
    const status = 'Hello Ladies + Gentlemen, a signed OAuth request!';
    expect(vector('POST', 'https://api.x.com/1.1/statuses/update.json', status)).toBe('Ls93hJiZbQ3akF3HF3x1Bz8/zU4=');
    expect(vector('POST', 'https://api.twitter.com/1.1/statuses/update.json', status)).toBe(
      'hCtSmYh+iHYCEqBWrE7C7hYmtUk=',
    );
  });

  test('§17.3: only the unreserved characters of RFC 3986 stay as they are', () => {
    expect(percentEncode("Az09-._~ !'()*+&☃")).toBe('Az09-._~%20%21%27%28%29%2A%2B%26%E2%98%83');
  });

  test('§17.3: a wrong signature, another host or a wrong consumer is refused with 401 code 32', async () => {
    const consumer = { key: x.consumer.key, secret: 'wrong' };
    const wrong = await x.call('GET', '/12/accounts', {}, { consumer });
    expect([wrong.status, codeOf(wrong), messageOf(wrong)]).toEqual([401, 32, 'Could not authenticate you.']);
    const unknown = await x.call('GET', '/12/accounts', {}, { consumer: { key: 'nobody', secret: 'x' } });
    expect([unknown.status, codeOf(unknown)]).toEqual([401, 32]);
    const signedForLocalhost = await consent.signedForAnotherHost('/12/accounts');
    expect([signedForLocalhost.status, codeOf(signedForLocalhost)]).toEqual([401, 32]);
  });

  test('§17.3: characters that need encoding are signed and read alike', async () => {
    const reply = await x.get('/12/accounts', { q: "Pacific (Out'fitters)! *+~" });
    expect(reply.status).toBe(200);
    expect(reply.json.request.params).toEqual({ q: "Pacific (Out'fitters)! *+~" });
  });

  test('§17.4: a missing or garbled Authorization header is refused with 400 code 215', async () => {
    const missing = await consent.bare('/12/accounts', {});
    expect([missing.status, codeOf(missing), messageOf(missing)]).toEqual([400, 215, 'Bad Authentication data.']);
    const bearer = await consent.bare('/12/accounts', { authorization: 'Bearer abc' });
    expect([bearer.status, codeOf(bearer)]).toEqual([400, 215]);
  });

  test('§17.5: an unknown token is refused with 401 code 89', async () => {
    const reply = await x.call('GET', '/12/accounts', {}, { token: { key: '1-nobody', secret: 'x' } });
    expect([reply.status, codeOf(reply), messageOf(reply)]).toEqual([401, 89, 'Invalid or expired token.']);
  });

  test('§17.6: a timestamp more than 300 seconds off is refused with 401 code 135', async () => {
    const now = Math.floor(Date.now() / 1000);
    const old = await x.call('GET', '/12/accounts', {}, { timestamp: now - 320 });
    expect([old.status, codeOf(old), messageOf(old)]).toEqual([401, 135, 'Timestamp out of bounds.']);
    expect((await x.call('GET', '/12/accounts', {}, { timestamp: now - 280 })).status).toBe(200);
    expect((await x.call('GET', '/12/accounts', {}, { timestamp: now + 320 })).status).toBe(401);
  });

  test('§17.7: a nonce is good for one call', async () => {
    const once = { nonce: 'the-same-nonce', timestamp: Math.floor(Date.now() / 1000) };
    expect((await x.call('GET', '/12/accounts', {}, once)).status).toBe(200);
    const again = await x.call('GET', '/12/accounts', {}, once);
    expect([again.status, codeOf(again)]).toEqual([401, 32]);
  });
});

describe('the three legs', () => {
  test('§17.8: a callback that is not registered, or not exactly, is refused with 403 code 415', async () => {
    const other = await consent.requestToken(`${CALLBACK}/`);
    expect([other.status, codeOf(other), messageOf(other)]).toEqual([
      403,
      415,
      'Callback URL not approved for this client application.',
    ]);
  });

  test('§17.8: an app cannot register more than ten callbacks', async () => {
    const callbacks = Array.from({ length: 11 }, (_, index) => `http://127.0.0.1/${index}`);
    await expect(startX({ callbacks })).rejects.toThrow('at most 10');
  });

  test('a person who allows the app is redirected with a verifier, and the app gets the token pair', async () => {
    const begun = await consent.begin(CALLBACK);
    expect(begun.confirmed).toBe('true');
    const page = await consent.page(begun.token);
    expect(page).toContain('This is a simulated X');
    expect(page).toContain('Authorize app');
    const location = await consent.allow(begun.token, 'campaign_analyst');
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get('oauth_token')).toBe(begun.token);
    expect(location.searchParams.get('oauth_verifier')).toHaveLength(32);
    const granted = await consent.accessToken(begun, location.searchParams.get('oauth_verifier') ?? '');
    expect(granted.fields['screen_name']).toBe('campaign_analyst');
    expect(granted.fields['oauth_token']).toMatch(new RegExp(`^${granted.fields['user_id'] ?? '?'}-`));
    expect((await x.call('GET', '/12/accounts', {}, { token: granted.keys })).status).toBe(200);
  });

  test('authorising the same user again returns the same pair, until it is revoked', async () => {
    const first = await consent.walk(CALLBACK, 'creative_manager');
    expect(await consent.walk(CALLBACK, 'creative_manager')).toEqual(first);
    const revoked = await x.call('POST', '/1.1/oauth/invalidate_token.json', {}, { token: first });
    expect([revoked.status, revoked.text]).toEqual([200, JSON.stringify({ access_token: first.key })]);
    const dead = await x.call('GET', '/12/accounts', {}, { token: first });
    expect([dead.status, codeOf(dead)]).toEqual([401, 89]);
    const second = await consent.walk(CALLBACK, 'creative_manager');
    expect(second.key).not.toBe(first.key);
    expect((await x.call('GET', '/12/accounts', {}, { token: second })).status).toBe(200);
  });

  test('§17.9: a request token works once, and not after 900 seconds', async () => {
    const begun = await consent.begin(CALLBACK);
    const location = await consent.allow(begun.token, 'all_accounts');
    const verifier = location.searchParams.get('oauth_verifier') ?? '';
    expect((await consent.accessToken(begun, verifier)).status).toBe(200);
    const again = await consent.accessToken(begun, verifier);
    expect([again.status, again.text]).toEqual([401, 'Invalid request token.']);
    expect(await consent.page(begun.token)).toContain('Whoa there!');

    const late = await consent.begin(CALLBACK);
    await x.control('PUT', 'clock', { wire_advance_seconds: 901 });
    consent.wireOffset += 901;
    expect(await consent.page(late.token)).toContain('Whoa there!');
    expect((await consent.accessToken(late, 'x')).text).toBe('Invalid request token.');
  });

  test('§17.10: oob shows a PIN of seven digits; a wrong one is refused in plain text', async () => {
    const begun = await consent.begin('oob');
    const pin = await consent.pin(begun.token, 'all_accounts');
    expect(pin).toMatch(/^\d{7}$/);
    const wrong = await consent.accessToken(begun, '0000000');
    expect([wrong.status, wrong.text]).toEqual([
      401,
      'Error processing your OAuth request: Invalid oauth_verifier parameter',
    ]);
    expect((await consent.accessToken(begun, pin)).status).toBe(200);
    expect((await consent.accessToken(begun, pin)).status).toBe(401);
  });

  test('§17.11: cancelling shows a page whose link leads back with `denied`, without a redirect', async () => {
    const begun = await consent.begin(CALLBACK);
    const { status, text } = await consent.decide(begun.token, 'all_accounts', 'cancel');
    expect(status).toBe(200);
    expect(text).toContain(`href="${CALLBACK}?denied=${begun.token}"`);
    expect((await consent.accessToken(begun, 'x')).status).toBe(401);
  });

  test('authenticate redirects at once for a person who is signed in and has approved before', async () => {
    await consent.walk(CALLBACK, 'ad_manager');
    const begun = await consent.begin(CALLBACK);
    const cookie = 'simulated_x_user=ad_manager';
    const init = { redirect: 'manual', headers: { cookie } } as const;
    const direct = await fetch(`${x.url}/oauth/authenticate?oauth_token=${begun.token}`, init);
    expect(direct.status).toBe(302);
    const other = await consent.begin(CALLBACK);
    const asked = await fetch(`${x.url}/oauth/authorize?oauth_token=${other.token}`, init);
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining('Signed in as')]);
    const forced = await fetch(`${x.url}/oauth/authenticate?oauth_token=${other.token}&force_login=true`, init);
    expect(await forced.text()).toContain('Sign in as');
  });

  test('a form that the page did not serve is refused', async () => {
    const begun = await consent.begin(CALLBACK);
    const body = new URLSearchParams({ oauth_token: begun.token, screen_name: 'all_accounts', decision: 'allow' });
    const forged = await fetch(`${x.url}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
    expect(forged.status).toBe(401);
  });
});
