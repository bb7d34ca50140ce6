import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePartitions } from '../../store/facts.js';
import { movements } from '../../store/restatements.js';
import { addAccounts, openStore, type TestStore } from './database.js';
import { day } from './landing.js';

const range = { from: day('2026-01-01'), to: day('2026-01-31') };

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  await ensurePartitions(store.db, range.from, range.to);
});
afterAll(() => store[Symbol.asyncDispose]());

/** As many ads on as many days, each changed once. */
const changedOnce = async (ads: number, days: number): Promise<void> => {
  await store.db.query(
    `insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at, billed_charge_local_micro)
     select 'acc', 'PROMOTED_TWEET', 'ad' || ad, 'ALL_ON_TWITTER', '2026-01-01'::date + day, 1, '2026-02-01Z', 7
     from generate_series(1, $1::int) ad, generate_series(0, $2::int - 1) day`,
    [ads, days],
  );
  await store.db.query(`insert into importer.fact_versions select f.*, '2026-02-02Z' from importer.facts f`);
  await store.db.query(
    `update importer.facts set observed_at = '2026-02-02Z', billed_charge_local_micro = billed_charge_local_micro + 1`,
  );
};

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

test('what moved takes as long for many ads on one day as for few on many', async () => {
  const query = { accountId: 'acc', level: 'PROMOTED_TWEET', range } as const;
  const total = async () => {
    expect(await movements(store.db, { ...query, by: 'total' })).toMatchObject([
      { entityDays: 15_000, restatements: 15_000, spend: { was: '105000', is: '120000' } },
    ]);
  };
  await changedOnce(500, 30);
  await total();
  const few = await secondsOf(total);
  for (const table of ['facts', 'fact_versions']) await store.db.query(`delete from importer.${table}`);
  await changedOnce(15_000, 1);
  // Ads that are compared with one another, each with each, would take a hundred times as long.
  expect(await secondsOf(total)).toBeLessThan(10 * few + 1);
});
