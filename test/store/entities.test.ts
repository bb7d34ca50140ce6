import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getAccount } from '../../store/account/accounts.js';
import { saveEntities, type EntityRow } from '../../store/account/entities.js';
import {
  markCardsMissing,
  markTweetsMissing,
  saveCards,
  saveTweets,
  unknownCards,
  unknownTweets,
} from '../../store/account/creatives.js';
import { addAccounts, openStore, type TestStore } from './database.js';
import { card, entity, tweet } from './rows.js';

const at = (hour: number): string => `2026-02-01T${String(hour).padStart(2, '0')}:00:00Z`;
/** Of March. */
const on = (date: number, hour: number): string => `2026-03-0${date}T${hour}:00:00Z`;

describe('the mirror of entities', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openStore();
    await addAccounts(store.db, 'acc', 'big', 'named', 'late', 'daily');
  });
  afterAll(() => store[Symbol.asyncDispose]());

  const save = (hour: number, ...entities: readonly EntityRow[]) =>
    saveEntities(store.db, { accountId: 'acc', entities, observedAt: at(hour) });
  const stored = async (entityId: string) =>
    (await store.db.query('select name, deleted, observed_at from importer.entities where entity_id = $1', [entityId]))
      .rows;
  const versions = async (entityId: string) =>
    (
      await store.db.query(
        'select name, deleted, observed_at, superseded_at from importer.entity_versions where entity_id = $1 order by observed_at',
        [entityId],
      )
    ).rows;

  /** Where Postgres has the rows, and who wrote or locked them last. */
  const tuples = async (like: string) =>
    (await store.db.query('select entity_id, ctid, xmin, xmax from importer.entities where entity_id like $1', [like]))
      .rows;

  test('a change leaves the old version behind; a repeated observation changes nothing', async () => {
    expect(await save(1, entity('CAMPAIGN', 'c1', { name: 'Spring' }))).toEqual({ added: 1, changed: 0 });
    expect(await save(2, entity('CAMPAIGN', 'c1', { name: 'Spring' }))).toEqual({ added: 0, changed: 0 });
    expect(await save(3, entity('CAMPAIGN', 'c1', { name: 'Summer' }))).toEqual({ added: 0, changed: 1 });
    expect(await stored('c1')).toEqual([{ name: 'Summer', deleted: false, observed_at: at(3) }]);
    expect(await versions('c1')).toEqual([
      { name: 'Spring', deleted: false, observed_at: at(1), superseded_at: at(3) },
    ]);
  });

  test('what is seen again unchanged is not written again, not even locked', async () => {
    await save(1, entity('CAMPAIGN', 'same1'), entity('CAMPAIGN', 'same2'));
    const before = await tuples('same%');
    expect(before).toHaveLength(2);
    await save(2, entity('CAMPAIGN', 'same1'), entity('CAMPAIGN', 'same2'), entity('CAMPAIGN', 'other'));
    expect(await tuples('same%')).toEqual(before);
  });

  test('a deleted entity keeps its row as a tombstone, with what it was before', async () => {
    await save(1, entity('LINE_ITEM', 'l9', { name: 'Group' }));
    await save(2, entity('LINE_ITEM', 'l9', { name: 'Group', deleted: true }));
    expect(await stored('l9')).toMatchObject([{ name: 'Group', deleted: true }]);
    expect(await versions('l9')).toMatchObject([{ name: 'Group', deleted: false }]);
  });

  test('an older observation never overwrites a newer one, and leaves no version', async () => {
    await save(5, entity('CAMPAIGN', 'c2', { name: 'New' }));
    expect(await save(4, entity('CAMPAIGN', 'c2', { name: 'Old' }))).toEqual({ added: 0, changed: 0 });
    expect(await stored('c2')).toMatchObject([{ name: 'New', observed_at: at(5) }]);
    expect(await versions('c2')).toEqual([]);
  });

  test('an older page that arrives late changes nothing that a newer sighting has confirmed, and adds what is new', async () => {
    const late = (hour: number, ...entities: readonly EntityRow[]) =>
      saveEntities(store.db, { accountId: 'late', entities, observedAt: at(hour) });
    await late(1, entity('CAMPAIGN', 'c3', { name: 'Right' }), entity('LINE_ITEM', 'l3', { name: 'Old' }));
    await late(3, entity('CAMPAIGN', 'c3', { name: 'Right' }));
    const older = [
      entity('CAMPAIGN', 'c3', { name: 'Wrong' }),
      entity('CAMPAIGN', 'c4'),
      entity('LINE_ITEM', 'l3', { name: 'New' }),
    ];
    // No line item has been seen since, so what the page says of that one is news.
    expect(await late(2, ...older)).toEqual({ added: 1, changed: 1 });
    expect(await stored('c3')).toMatchObject([{ name: 'Right', observed_at: at(1) }]);
    expect(await versions('c3')).toEqual([]);
    expect(await stored('c4')).toMatchObject([{ observed_at: at(2) }]);
    expect(await versions('l3')).toMatchObject([{ name: 'Old', observed_at: at(1), superseded_at: at(2) }]);
  });

  test('the query of the documentation tells a name of every moment since it was first seen', async () => {
    for (const [index, name] of ['A', 'A', 'A', 'B', 'B'].entries()) {
      const entities = [entity('CAMPAIGN', 'c9', { name })];
      await saveEntities(store.db, { accountId: 'daily', entities, observedAt: on(index + 1, 10) });
    }
    const [, query = ''] =
      /```sql\n([^`]*importer\.entity_versions[^`]*)```/.exec(readFileSync('docs/data.md', 'utf8')) ?? [];
    const names: unknown[] = [];
    for (const date of [2, 3, 4, 5]) {
      const asked = query.replaceAll('18ce54d4x5t', 'daily').replaceAll('2026-03-02 12:00+00', on(date, 12));
      const { rows } = await store.db.query<{ name: string }>(asked);
      names.push(rows.map(({ name }) => name));
    }
    expect(names).toEqual([['A'], ['A'], ['B'], ['B']]);
  });

  test('mirrors at the same time end with the newest, whichever came last', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `m${i}`);
    await Promise.all(
      [3, 1, 4, 2, 5].map((hour) =>
        save(hour, ...ids.toSorted(() => hour % 2).map((id) => entity('PROMOTED_TWEET', id, { name: `at ${hour}` }))),
      ),
    );
    const { rows } = await store.db.query(`select distinct name from importer.entities where entity_id like 'm%'`);
    expect(rows).toEqual([{ name: 'at 5' }]);
  });

  test('thousands of entities are mirrored, and the account learns its currencies and that it has app line items', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => entity('PROMOTED_TWEET', `x${i}`));
    const entities = [
      ...many,
      entity('CAMPAIGN', 'c', { currency: 'JPY' }),
      entity('FUNDING_INSTRUMENT', 'f', { currency: 'EUR' }),
      entity('LINE_ITEM', 'l', { currency: 'EUR', isApp: true, objective: 'APP_INSTALLS' }),
    ];
    const saved = await saveEntities(store.db, { accountId: 'big', entities, observedAt: at(1) });
    expect(saved).toEqual({ added: 2_503, changed: 0 });
    expect(await getAccount(store.db, 'big')).toMatchObject({ currencies: ['EUR', 'JPY'], hasAppLineItems: true });
    expect(await getAccount(store.db, 'acc')).toMatchObject({ currencies: [], hasAppLineItems: false });
  });

  test('tweets and cards are asked for once, and those that X does not show a week later again', async () => {
    await saveEntities(store.db, {
      accountId: 'named',
      entities: [
        entity('PROMOTED_TWEET', 'ad1', { tweetId: 't1' }),
        entity('PROMOTED_TWEET', 'ad2', { tweetId: 't1' }),
        entity('PROMOTED_TWEET', 'ad3', { tweetId: 't2' }),
      ],
      observedAt: at(1),
    });
    expect(await unknownTweets(store.db, 'named')).toEqual(['t1', 't2']);
    await saveTweets(store.db, 'named', [tweet('t1', { cardUri: 'card://1' })], at(1));
    await markTweetsMissing(store.db, 'named', ['t2'], at(1));
    expect(await unknownTweets(store.db, 'named')).toEqual([]);
    expect(await unknownCards(store.db, 'named')).toEqual(['card://1']);
    await markCardsMissing(store.db, 'named', ['card://1'], at(1));
    expect(await unknownCards(store.db, 'named')).toEqual([]);
    const now = (moment: string) =>
      store.db.query(`update importer.accounts set observed_at = $1 where id = 'named'`, [moment]);
    const later = (days: number): string => new Date(Date.parse(at(1)) + days * 86_400_000).toISOString();
    await now(later(7));
    expect([await unknownTweets(store.db, 'named'), await unknownCards(store.db, 'named')]).toEqual([[], []]);
    await now(later(8));
    expect(await unknownTweets(store.db, 'named')).toEqual(['t2']);
    expect(await unknownCards(store.db, 'named')).toEqual(['card://1']);
    await markTweetsMissing(store.db, 'named', ['t2'], later(8));
    expect(await unknownTweets(store.db, 'named')).toEqual([]);
    await saveCards(store.db, 'named', [card('card://1', 'https://shop.example/')], later(8));
    const { rows } = await store.db.query(`select missing, destination_url from importer.cards`);
    expect(rows).toEqual([{ missing: false, destination_url: 'https://shop.example/' }]);
  });
});
