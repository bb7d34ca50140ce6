import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnection, getConnection } from '../../store/connection/connections.js';
import { createOauthRequest, getOauthRequest, saveCallback } from '../../store/connection/oauth-requests.js';
import { CALLBACK } from '../x-ads/support/simulator.js';
import { SEED, STORED, wellFormed } from '../x-ads/support/mutations.js';
import { attemptOf, type HostileSite, openHostileSite, untilNothingOpen } from './hostile-x.js';
import { rowsOf } from './site.js';

let site: HostileSite;
beforeAll(async () => {
  site = await openHostileSite({ ads: 1 });
  await site.choose();
});
afterAll(() => site[Symbol.asyncDispose]());

/** A form that X answers, after changes. */
const formOf = (
  base: Readonly<Record<string, string>>,
  changes: readonly (readonly [name: string, value: string | undefined])[],
): URLSearchParams =>
  new URLSearchParams(
    Object.entries({ ...base, ...Object.fromEntries(changes) }).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );
const fields = fc.array(
  fc.tuple(
    fc.constantFrom('oauth_token', 'oauth_token_secret', 'user_id', 'screen_name', 'oauth_callback_confirmed', 'new'),
    fc.oneof(
      fc.constantFrom(undefined, '', '0', 'a&b=c', '\u0000', 'x'.repeat(5_000)),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
  ),
  { maxLength: 2 },
);

const has = (form: URLSearchParams, ...names: readonly string[]): boolean =>
  names.every((name) => (form.get(name) ?? '') !== '');

test('a mutated answer of OAuth is a token as it was told, or refused with nothing stored of it', async () => {
  const xUserId = '4711';
  const others = () =>
    rowsOf(site.db, 'select * from importer.credentials where x_user_id = any ($1) order by 1', [known]);
  const known = (await rowsOf<{ id: string }>(site.db, 'select x_user_id as id from importer.credentials')).map(
    ({ id }) => id,
  );
  const before = await others();
  // Another sign-in's token would let one person finish what another has begun.
  const taken = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(fields, fields, async (first, second) => {
      const [id, oauthRequestId] = [randomUUID(), randomUUID()];
      await createConnection(site.db, { id, displayName: 'A', createdBy: 'ada' });
      await createOauthRequest(site.db, { id: oauthRequestId, connectionId: id, callbackUrl: CALLBACK, minutes: 15 });
      const request = { oauth_token: `t${id}`, oauth_token_secret: 's', oauth_callback_confirmed: 'true' };
      const asked = formOf(request, first);
      const access = formOf({ oauth_token: `${xUserId}-t`, oauth_token_secret: 's', user_id: xUserId }, second);
      let isMutated = true;
      site.change((path) => {
        if (path === '/oauth/request_token') return (isMutated ? asked : formOf(request, [])).toString();
        return path === '/oauth/access_token' ? access.toString() : undefined;
      });
      const outcome = await attemptOf(() => site.call('requestToken', { oauthRequestId }));
      const stored = (await getOauthRequest(site.db, oauthRequestId))?.requestToken ?? null;
      const isTold =
        has(asked, 'oauth_token', 'oauth_token_secret') &&
        asked.get('oauth_callback_confirmed') === 'true' &&
        !taken.has(wellFormed(asked.get('oauth_token')));
      if (stored !== null) taken.add(stored);
      expect([outcome !== 'refused', stored]).toEqual([isTold, isTold ? wellFormed(asked.get('oauth_token')) : null]);
      isMutated = false;
      // Refused was the attempt and not the sign-in: the next one has its token.
      await site.call('requestToken', { oauthRequestId });
      const requestToken = (await getOauthRequest(site.db, oauthRequestId))?.requestToken ?? '';
      await saveCallback(site.db, site.sealer, { requestToken, verifier: 'v' });
      const exchanged = await attemptOf(() => site.call('exchangeVerifier', { connectionId: id, oauthRequestId }));
      const user = access.get('user_id') ?? /^(\d+)-/.exec(access.get('oauth_token') ?? '')?.[1];
      const isUser = user !== undefined && /^\d+$/.test(user) && access.get('screen_name') !== '';
      const isGood = has(access, 'oauth_token', 'oauth_token_secret') && isUser;
      expect(exchanged).toEqual(isGood ? { value: { xUserId: user } } : 'refused');
      expect((await getConnection(site.db, id))?.xUserId ?? null).toBe(isGood ? user : null);
      expect(await others()).toEqual(before);
      await untilNothingOpen(site);
    }),
    { seed: SEED, numRuns: Math.ceil(STORED * 0.2) },
  );
});
