import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveAccounts } from '../../store/account/accounts.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day } from './landing.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
});
afterAll(() => store[Symbol.asyncDispose]());

test.each([
  // Summer time begins on 8 March: nine o'clock is 16:00 in UTC from then on, 17:00 before.
  ['2026-03-06', '2026-03-09T15:59:59Z', 'provisional'],
  ['2026-03-06', '2026-03-09T16:00:00Z', 'settling'],
  ['2026-03-04', '2026-03-07T16:59:59Z', 'provisional'],
  ['2026-03-04', '2026-03-07T17:00:00Z', 'settling'],
  ['2026-03-06', '2026-04-06T06:59:59Z', 'settling'],
  ['2026-03-06', '2026-04-06T07:00:00Z', 'final'],
])('%s is at %s %s in Los Angeles', async (of, at, finality) => {
  const { rows } = await store.db.query(`select importer.finality($1, 'America/Los_Angeles', $2) as finality`, [
    of,
    at,
  ]);
  expect(rows).toEqual([{ finality }]);
});

test('coverage and the view tell it of each day, as of the moment at which X last spoke of the account', async () => {
  await store.db.query(
    `with moved as (update importer.account_zones set zone = 'Asia/Kolkata' where account_id = 'acc')
     update importer.accounts set timezone = 'Asia/Kolkata', observed_at = '2026-02-20T12:00:00Z' where id = 'acc'`,
  );
  const runId = await addRun(store.db, 'acc');
  await store.db.query(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     values ('acc', $1, 'CAMPAIGN', '2026-01-01', '2026-02-20', '2026-01-01', '2026-02-19', '2026-02-20T12:00:00Z', 'x')`,
    [runId],
  );
  const expected = {
    '2026-01-20': 'final',
    '2026-01-21': 'settling',
    '2026-02-17': 'settling',
    '2026-02-18': 'provisional',
  };
  const view = await store.db.query<{ day: string; finality: string }>(
    `select day, finality from importer.day_finality where account_id = 'acc'`,
  );
  const column = await store.db.query<{ day: string; finality: string }>(
    `select distinct day, finality from importer.coverage where account_id = 'acc'`,
  );
  const asked = { accountId: 'acc', from: day('2026-01-01'), to: day('2026-02-19') };
  for (const days of [view.rows, column.rows, await coverageDays(store.db, OPERATOR, asked)]) {
    expect(Object.fromEntries(days.map((one) => [one.day, one.finality]))).toMatchObject(expected);
    expect(new Set(days.map((one) => one.day)).size).toBe(50);
  }
});

test('after a move each day is as settled as in the zone that cut it, in the view, in coverage and in its report', async () => {
  await addAccounts(store.db, 'moved');
  const account = {
    name: 'moved',
    businessName: null,
    approvalStatus: 'ACCEPTED',
    deleted: false,
    createdAt: null,
    raw: {},
  };
  const zone = { timezone: 'America/Los_Angeles', timezoneSwitchAt: '2026-02-03T08:00:00Z' };
  // 03:00 of 5 February in Prague, where 5 January is thirty-one days ago and 09:00 of 5 February is ahead; in Los
  // Angeles it is 18:00 of 4 February.
  await saveAccounts(store.db, [{ id: 'moved', ...account, ...zone }], '2026-02-05T02:00:00Z');
  const runId = await addRun(store.db, 'moved');
  await store.db.query(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     values ('moved', $1, 'CAMPAIGN', '2026-01-01', '2026-02-05', '2026-01-01', '2026-02-04', '2026-02-05T02:00:00Z', 'x')`,
    [runId],
  );
  const finalities = async (query: string) => {
    const { rows } = await store.db.query<{ day: string; finality: string }>(query);
    return Object.fromEntries(rows.map((one) => [one.day, one.finality]));
  };
  const view = await finalities(`select day, finality from importer.day_finality where account_id = 'moved'`);
  const column = await finalities(`select distinct day, finality from importer.coverage where account_id = 'moved'`);
  const asked = { accountId: 'moved', from: day('2026-01-01'), to: day('2026-02-04') };
  const report = Object.fromEntries(
    (await coverageDays(store.db, OPERATOR, asked)).map((one) => [one.day, one.finality]),
  );
  expect(view).toMatchObject({ '2026-01-05': 'final', '2026-01-06': 'settling', '2026-02-02': 'provisional' });
  expect(column).toEqual(view);
  expect(report).toEqual(view);
});
