import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getAccount, saveAccounts } from '../../store/account/accounts.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, land } from './landing.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const PRAGUE = { zone: 'Europe/Prague', since: null, firstDay: null };
const TOKYO = { zone: 'Asia/Tokyo', since: '2026-01-31T15:00:00Z', firstDay: '2026-02-01' };

const see = (id: string, timezone: string, observedAt: string, timezoneSwitchAt: string | null = null) =>
  saveAccounts(
    store.db,
    [
      {
        id,
        name: id,
        businessName: null,
        timezone,
        timezoneSwitchAt,
        approvalStatus: 'ACCEPTED',
        deleted: false,
        createdAt: '2020-01-01T00:00:00Z',
        raw: {},
      },
    ],
    observedAt,
  );
const zones = async (id: string) => (await getAccount(store.db, id))?.zones;

test('an account keeps the zones that it has had; what was overtaken or is unknown here adds none', async () => {
  await addAccounts(store.db, 'a1');
  expect(await zones('a1')).toEqual([PRAGUE]);
  await see('a1', 'Asia/Tokyo', '2026-02-01T09:00:00Z', '2026-01-31T15:00:00Z');
  expect(await zones('a1')).toEqual([PRAGUE, TOKYO]);
  await see('a1', 'Asia/Tokyo', '2026-02-02T09:00:00Z', '2026-01-31T15:00:00Z');
  await see('a1', 'Europe/Prague', '2026-01-31T09:00:00Z');
  await see('a1', 'Mars/Olympus_Mons', '2026-02-03T09:00:00Z');
  expect(await getAccount(store.db, 'a1')).toMatchObject({ timezone: 'Mars/Olympus_Mons', zones: [PRAGUE, TOKYO] });
  await see('a1', 'Europe/Prague', '2026-03-05T09:00:00Z', '2026-03-03T23:00:00Z');
  const back = { zone: 'Europe/Prague', since: '2026-03-03T23:00:00Z', firstDay: '2026-03-04' };
  expect(await zones('a1')).toEqual([PRAGUE, TOKYO, back]);
});

test('a zone that has become known with newer time zone data counts before X shows the account again', async () => {
  await see('a9', 'Mars/Olympus_Mons', '2026-02-01T09:00:00Z');
  expect(await zones('a9')).toEqual([]);
  // What an older platform had stored of a zone that this one knows.
  await store.db.query(`update importer.accounts set timezone = 'Europe/Prague' where id = 'a9'`);
  expect(await zones('a9')).toEqual([PRAGUE]);
});

test('the local day of a moment is by the zone that was in force then', async () => {
  const { rows } = await store.db.query<{ before: string; after: string; again: string }>(
    `select importer.local_day('a1', '2026-01-31 14:59:59Z') as before, importer.local_day('a1', '2026-01-31 15:00Z') as after,
       importer.local_day('a1', '2026-03-04 22:00Z') as again`,
  );
  expect(rows).toEqual([{ before: '2026-01-31', after: '2026-02-01', again: '2026-03-04' }]);
});

test('two at once note a switch once', async () => {
  await addAccounts(store.db, 'a2');
  const seen = ['a2', 'Asia/Tokyo', '2026-02-01T09:00:00Z', '2026-01-31T15:00:00Z'] as const;
  await Promise.all([see(...seen), see(...seen), see(...seen)]);
  expect(await zones('a2')).toEqual([PRAGUE, TOKYO]);
});

test('a switch that is seen late: days behind it are read again by the new zone, days before it stand', async () => {
  await addAccounts(store.db, 'a3');
  const run = await addRun(store.db, 'a3');
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-02-28'));
  const observedAt = '2026-02-06T10:00:00Z';
  const range = { from: day('2026-01-29'), to: day('2026-02-03') };
  await land(store.db, 'a3', run, {
    job: '1',
    observedAt,
    ...range,
    metrics: { ad1: { impressions: [1, 2, 3, 4, 5, 6] }, ad2: { impressions: [1, 1, 1, 1, 1, 0] } },
  });
  await store.db.query(
    `with ask as (
       insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
       values ('a3', $1, 'PROMOTED_TWEET', '2026-01-28', '2026-02-06', $2, $3, $4, 'abc') returning id)
     insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
     select id, 'a3', 'PROMOTED_TWEET', e.ad, 'ALL_ON_TWITTER', daterange($2, e.last_day, '[]'), '2026-01-28 23:00Z', e.until
     from ask, (values ('ad1', date '2026-02-03', timestamptz '2026-02-03 22:00Z'),
       -- The second of February in Prague, and the third in Tokyo.
       ('ad2', date '2026-02-02', timestamptz '2026-02-02 20:00Z')) as e (ad, last_day, until)`,
    [run, range.from, range.to, observedAt],
  );
  const states = async () =>
    (await coverageDays(store.db, OPERATOR, { accountId: 'a3', ...range }))
      .filter(({ level }) => level === 'PROMOTED_TWEET')
      .map(({ day: one, status, expected, reason }) => [one, status, expected, reason?.includes('X moved') ?? false]);
  expect(await states()).toEqual([
    ['2026-01-29', 'complete', 2, false],
    ['2026-01-30', 'complete', 2, false],
    ['2026-01-31', 'complete', 2, false],
    ['2026-02-01', 'complete', 2, false],
    ['2026-02-02', 'complete', 2, false],
    ['2026-02-03', 'complete', 1, false],
  ]);
  await see('a3', 'Asia/Tokyo', '2026-02-06T11:00:00Z', '2026-01-31T15:00:00Z');
  expect(await states()).toEqual([
    ['2026-01-29', 'complete', 2, false],
    ['2026-01-30', 'complete', 2, false],
    // It ended at 16:00 in Prague.
    ['2026-01-31', 'missing', 2, true],
    ['2026-02-01', 'missing', 2, false],
    ['2026-02-02', 'missing', 2, false],
    ['2026-02-03', 'missing', 2, false],
  ]);
  const { rows } = await store.db.query('select count(*) as n from importer.facts where account_id = $1', ['a3']);
  // Nothing is deleted: the numbers stand until X's new ones replace them, and then as versions.
  expect(rows).toEqual([{ n: 11 }]);
});
