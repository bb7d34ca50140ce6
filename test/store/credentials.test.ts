import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attachXUser,
  connectionsOfXUser,
  DEFAULT_WORKSPACE,
  markDisconnected,
  getConnection,
} from '../../store/connection/connections.js';
import {
  credentialInUse,
  eraseCredential,
  getCredential,
  getCredentialInfo,
  markCredentialRejected,
  saveCredential,
} from '../../store/connection/credentials.js';
import {
  createOauthRequest,
  openCallback,
  saveRequestToken,
  saveCallback,
} from '../../store/connection/oauth-requests.js';
import { resealAll } from '../../store/connection/rotate-key.js';
import { openHooks, saveNotificationSettings } from '../../store/people/notification-settings.js';
import { createSealer } from '../../store/secrets.js';
import { addConnection, newSealer, openStore, type TestStore } from './database.js';

describe('credentials', () => {
  let store: TestStore;
  const sealer = newSealer();
  const save = (xUserId: string, token: string) =>
    saveCredential(store.db, sealer, { xUserId, screenName: 'ada', token, tokenSecret: `secret of ${token}` });

  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('a pair comes back opened, and lies sealed', async () => {
    await save('1', 'token-1');
    expect(await getCredential(store.db, sealer, '1')).toMatchObject({
      xUserId: '1',
      screenName: 'ada',
      status: 'valid',
      token: 'token-1',
      tokenSecret: 'secret of token-1',
    });
    const { rows } = await store.db.query<{ text: string }>(`select row(c)::text as text from importer.credentials c`);
    expect(rows[0]?.text).not.toContain(Buffer.from('token-1').toString('hex'));
  });

  test('authorising again replaces the pair and makes it valid', async () => {
    await save('2', 'old');
    const { version } = (await getCredentialInfo(store.db, '2')) ?? { version: '' };
    expect(await markCredentialRejected(store.db, { xUserId: '2', version, reason: 'X says code 89' })).toBe(true);
    expect(await getCredentialInfo(store.db, '2')).toMatchObject({
      status: 'rejected',
      rejectedReason: 'X says code 89',
    });
    await save('2', 'new');
    expect(await getCredential(store.db, sealer, '2')).toMatchObject({
      status: 'valid',
      token: 'new',
      rejectedReason: null,
    });
  });

  test('a refusal is marked once, and one of the earlier pair changes nothing', async () => {
    await save('3', 'old');
    const { version } = (await getCredentialInfo(store.db, '3')) ?? { version: '' };
    await save('3', 'new');
    expect(await markCredentialRejected(store.db, { xUserId: '3', version, reason: 'late' })).toBe(false);
    const now = (await getCredentialInfo(store.db, '3')) ?? { version: '' };
    const marks = await Promise.all(
      [1, 2, 3].map(() => markCredentialRejected(store.db, { xUserId: '3', version: now.version, reason: 'dead' })),
    );
    expect(marks.filter(Boolean)).toHaveLength(1);
  });

  test('a credential is erased with the last connection that uses it, and not before', async () => {
    await save('4', 'token');
    const [one, two] = [await addConnection(store.db), await addConnection(store.db)];
    await attachXUser(store.db, one, '4');
    await attachXUser(store.db, two, '4');
    expect(await connectionsOfXUser(store.db, '4')).toHaveLength(2);

    await markDisconnected(store.db, one);
    expect(await credentialInUse(store.db, '4')).toBe(true);
    expect(await store.db.transaction((tx) => eraseCredential(tx, '4'))).toBe(false);
    expect(await getCredential(store.db, sealer, '4')).toMatchObject({ token: 'token' });

    await markDisconnected(store.db, two);
    expect(await store.db.transaction((tx) => eraseCredential(tx, '4'))).toBe(true);
    expect(await store.db.transaction((tx) => eraseCredential(tx, '4'))).toBe(false);
    expect(await getCredential(store.db, sealer, '4')).toBeUndefined();
    expect(await getConnection(store.db, one)).toMatchObject({ phase: 'disconnected', xUserId: null });
  });

  test('rotating the key seals everything again, and then the old key may go', async () => {
    await using other = await openStore();
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const [old, both, fresh] = [createSealer([oldKey]), createSealer([newKey, oldKey]), createSealer([newKey])];
    await saveCredential(other.db, old, { xUserId: '1', screenName: 'ada', token: 't', tokenSecret: 's' });
    const connectionId = await addConnection(other.db);
    const id = '00000000-0000-0000-0000-00000000000a';
    await createOauthRequest(other.db, {
      id,
      connectionId,
      callbackUrl: 'http://localhost/',
      minutes: 15,
    });
    await saveRequestToken(other.db, old, { id, requestToken: 'rt', requestTokenSecret: 'rs' });
    await saveCallback(other.db, old, { requestToken: 'rt', verifier: 'v' });
    const before = await getCredentialInfo(other.db, '1');
    const hooks = { webhook: 'https://hooks.example.com/1', chat: undefined };
    const settings = { emails: [], lateAfterHours: 6, hooks, version: undefined };
    await saveNotificationSettings(other.db, old, DEFAULT_WORKSPACE, settings);

    expect(await resealAll(other.db, both)).toEqual({ credentials: 1, oauthRequests: 1, hooks: 1 });
    expect(await resealAll(other.db, both)).toEqual({ credentials: 0, oauthRequests: 0, hooks: 0 });
    expect(await getCredential(other.db, fresh, '1')).toEqual({ ...before, token: 't', tokenSecret: 's' });
    expect(await openHooks(other.db, fresh, DEFAULT_WORKSPACE)).toEqual(hooks);
    expect(await openCallback(other.db, fresh, id)).toEqual({
      requestToken: 'rt',
      requestTokenSecret: 'rs',
      verifier: 'v',
    });
  });
});
