import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOauthRequest,
  endOauthRequest,
  findOauthRequest,
  getOauthRequest,
  openCallback,
  saveDenial,
  saveRequestToken,
  saveCallback,
} from '../../store/connection/oauth-requests.js';
import { createSealer } from '../../store/secrets.js';
import { addConnection, newSealer, openStore, type TestStore } from './database.js';

test.each([3_600, -3_600])(
  'one clock sets and judges the end of a sign-in: Postgres %i s ahead',
  async (postgresAhead) => {
    await using store = await openStore({ postgresAhead });
    const sealer = newSealer();
    const connectionId = await addConnection(store.db);
    const callbackOf = async (minutes: number) => {
      const id = randomUUID();
      await createOauthRequest(store.db, { id, connectionId, callbackUrl: 'oob', minutes });
      await saveRequestToken(store.db, sealer, { id, requestToken: id, requestTokenSecret: 'secret' });
      return saveCallback(store.db, sealer, { requestToken: id, verifier: '1234567' });
    };
    expect(await callbackOf(15)).toMatchObject({ kind: 'accepted' });
    expect(await callbackOf(-1)).toMatchObject({ kind: 'refused', why: 'late' });
  },
);

describe('OAuth requests', () => {
  let store: TestStore;
  const sealer = newSealer();
  const ask = async (minutes = 15) => {
    const connectionId = await addConnection(store.db);
    const id = randomUUID();
    await createOauthRequest(store.db, { id, connectionId, callbackUrl: 'http://127.0.0.1:8788/callback', minutes });
    const requestToken = `token-${id}`;
    await saveRequestToken(store.db, sealer, { id, requestToken, requestTokenSecret: `secret-${id}` });
    return { id, connectionId, requestToken };
  };

  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('a return is accepted once, and opened for the exchange', async () => {
    const { id, connectionId, requestToken } = await ask();
    expect(await findOauthRequest(store.db, requestToken)).toMatchObject({ id, connectionId, state: 'pending' });
    expect(await saveCallback(store.db, sealer, { requestToken, verifier: '1234567' })).toEqual({
      kind: 'accepted',
      id,
      connectionId,
    });
    expect(await openCallback(store.db, sealer, id)).toEqual({
      requestToken,
      requestTokenSecret: `secret-${id}`,
      verifier: '1234567',
    });
    expect(await endOauthRequest(store.db, id, 'exchanged')).toBe(true);
    expect(await openCallback(store.db, sealer, id)).toBeUndefined();
    expect(await getOauthRequest(store.db, id)).toMatchObject({ state: 'exchanged', problem: null });
  });

  test('of returns at the same time one is accepted, and a replay is refused', async () => {
    const { id, requestToken } = await ask();
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((verifier) => saveCallback(store.db, sealer, { requestToken, verifier })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    const opened = await openCallback(store.db, sealer, id);
    expect(await saveCallback(store.db, sealer, { requestToken, verifier: 'later' })).toEqual({
      kind: 'refused',
      why: 'already_used',
    });
    expect(await openCallback(store.db, sealer, id)).toEqual(opened);
    await endOauthRequest(store.db, id, 'exchanged');
    expect(await saveCallback(store.db, sealer, { requestToken, verifier: 'later' })).toEqual({
      kind: 'refused',
      why: 'already_used',
    });
  });

  test('a forged return is refused, and stores nothing', async () => {
    expect(await saveCallback(store.db, sealer, { requestToken: 'forged', verifier: 'x' })).toEqual({
      kind: 'refused',
      why: 'unknown',
    });
    expect(await saveDenial(store.db, 'forged')).toEqual({ kind: 'refused', why: 'unknown' });
  });

  test('a late return is refused, and stores nothing', async () => {
    const { id, requestToken } = await ask(-1);
    expect(await saveCallback(store.db, sealer, { requestToken, verifier: 'x' })).toEqual({
      kind: 'refused',
      why: 'late',
    });
    expect(await saveDenial(store.db, requestToken)).toEqual({ kind: 'refused', why: 'late' });
    expect(await openCallback(store.db, sealer, id)).toBeUndefined();
  });

  test('a person who says no ends the request, and no return is accepted afterwards', async () => {
    const { id, connectionId, requestToken } = await ask();
    expect(await saveDenial(store.db, requestToken)).toEqual({ kind: 'accepted', id, connectionId });
    expect(await saveCallback(store.db, sealer, { requestToken, verifier: 'x' })).toEqual({
      kind: 'refused',
      why: 'already_used',
    });
    expect(await getOauthRequest(store.db, id)).toMatchObject({ state: 'denied' });
  });

  test('a request given up forgets its secrets and says why; the first end stands', async () => {
    const { id } = await ask();
    const problem = { code: 'sign_in_expired', nextStep: 'Nobody signed in within 15 minutes; start again.' };
    expect(await endOauthRequest(store.db, id, 'expired', problem)).toBe(true);
    expect(await endOauthRequest(store.db, id, 'failed')).toBe(false);
    expect(await getOauthRequest(store.db, id)).toMatchObject({ state: 'expired', problem });
    const { rows } = await store.db.query(
      'select sealed_secret, sealed_verifier from importer.oauth_requests where id = $1',
      [id],
    );
    expect(rows).toEqual([{ sealed_secret: null, sealed_verifier: null }]);
  });

  test('a request token asked for again replaces the unused one', async () => {
    const { id, requestToken } = await ask();
    expect(
      await saveRequestToken(store.db, sealer, { id, requestToken: `${requestToken}-2`, requestTokenSecret: 'two' }),
    ).toBe(true);
    expect(await findOauthRequest(store.db, requestToken)).toBeUndefined();
    await saveCallback(store.db, sealer, { requestToken: `${requestToken}-2`, verifier: 'v' });
    expect(await openCallback(store.db, sealer, id)).toMatchObject({ requestTokenSecret: 'two' });
    expect(await saveRequestToken(store.db, sealer, { id, requestToken: 'three', requestTokenSecret: 'three' })).toBe(
      false,
    );
  });

  test('a key rotated during the sign-in does not break the return', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const { id } = await ask();
    await saveRequestToken(store.db, createSealer([oldKey]), { id, requestToken: 'rotated', requestTokenSecret: 's' });
    const both = createSealer([newKey, oldKey]);
    expect(await saveCallback(store.db, both, { requestToken: 'rotated', verifier: 'v' })).toMatchObject({
      kind: 'accepted',
    });
    expect(await openCallback(store.db, createSealer([newKey]), id)).toEqual({
      requestToken: 'rotated',
      requestTokenSecret: 's',
      verifier: 'v',
    });
  });
});
