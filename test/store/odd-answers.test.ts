import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveAccess, saveAccounts } from '../../store/account/accounts.js';
import { markTweetsMissing, saveCards, saveTweets } from '../../store/account/creatives.js';
import { saveEntities } from '../../store/account/entities.js';
import { saveCredential } from '../../store/connection/credentials.js';
import { parseJson } from '../../x-ads/json.js';
import { addAccounts, newSealer, openStore, type TestStore } from './database.js';
import { card, entity, tweet } from './rows.js';

const AT = '2026-02-03T10:00:00Z';
let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  await saveCredential(store.db, newSealer(), { xUserId: '7', screenName: 'ada', token: 't', tokenSecret: 's' });
});
afterAll(() => store[Symbol.asyncDispose]());

const rows = async (sql: string) => (await store.db.query(sql)).rows;

test('what X sends twice in one answer is stored once, as it came last', async () => {
  const account = {
    id: 'twice',
    businessName: null,
    timezone: 'Europe/Prague',
    timezoneSwitchAt: null,
    approvalStatus: 'ACCEPTED',
    deleted: false,
    createdAt: null,
    raw: {},
  };
  await saveAccounts(
    store.db,
    [
      { ...account, name: 'first' },
      { ...account, name: 'last' },
    ],
    AT,
  );
  const access = ['A', 'B'].map((permission) => ({ accountId: 'twice', permissions: [permission] }));
  await saveAccess(store.db, { xUserId: '7', access, observedAt: AT });
  const entities = ['first', 'last'].map((name) => entity('CAMPAIGN', 'c1', { name }));
  await saveEntities(store.db, { accountId: 'acc', entities, observedAt: AT });
  await saveEntities(store.db, {
    accountId: 'acc',
    entities: ['second', 'third'].map((name) => entity('CAMPAIGN', 'c1', { name })),
    observedAt: '2026-02-04T10:00:00Z',
  });
  await saveTweets(store.db, 'acc', [tweet('1', { name: 'first' }), tweet('1', { name: 'last' })], AT);
  await markTweetsMissing(store.db, 'acc', ['2', '2'], AT);
  await saveCards(store.db, 'acc', [card('card://1', 'https://first'), card('card://1', 'https://last')], AT);
  expect(await rows(`select name from importer.accounts where id = 'twice'`)).toEqual([{ name: 'last' }]);
  expect(await rows('select permissions from importer.account_access')).toEqual([{ permissions: ['B'] }]);
  expect(await rows('select name from importer.entities')).toEqual([{ name: 'third' }]);
  expect(await rows('select name from importer.entity_versions')).toEqual([{ name: 'last' }]);
  expect(await rows('select tweet_id as id, name from importer.tweets order by 1')).toEqual([
    { id: '1', name: 'last' },
    { id: '2', name: null },
  ]);
  expect(await rows('select destination_url as url from importer.cards')).toEqual([{ url: 'https://last' }]);
});

test('half an emoji and a NUL are stored as U+FFFD', async () => {
  const raw = parseJson('{"tweet_id":"9","full_text":"half \\ud83d, none \\u0000"}') as Record<string, string>;
  await saveTweets(store.db, 'acc', [tweet('9', { fullText: raw['full_text'] ?? null, raw })], AT);
  expect(
    await rows(`select full_text as text, raw ->> 'full_text' as raw from importer.tweets where tweet_id = '9'`),
  ).toEqual([{ text: 'half \u{FFFD}, none \u{FFFD}', raw: 'half \u{FFFD}, none \u{FFFD}' }]);
});
