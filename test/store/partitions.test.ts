import { expect, test } from 'vitest';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { createPool } from '../../store/pool.js';
import { addAccounts, addRun, openStore } from './database.js';
import { day, land, storedFacts } from './landing.js';

const partitions = `select inhrelid::regclass::text as name from pg_inherits
  where inhparent = 'importer.facts'::regclass order by 1`;

test('a new month is made while a long query reads all facts, and numbers land meanwhile', async () => {
  await using store = await openStore();
  const { db } = store;
  await addAccounts(db, 'acc');
  const runId = await addRun(db, 'acc');
  await ensurePartitions(db, day('2026-01-15'), day('2026-02-15'));
  await using reader = createPool(store.url);
  await reader.transaction(async (tx) => {
    await tx.query('select count(*) from importer.facts');
    const made = ensurePartitions(db, day('2026-06-01'), day('2026-06-01'));
    await land(db, 'acc', runId, {
      job: '1900000000000000001',
      observedAt: '2026-02-03T10:00:00Z',
      metrics: { ad1: { impressions: [10, 0, 30, 40] } },
    });
    await made;
  });
  expect(await storedFacts(db)).toHaveLength(3);
  const { rows } = await db.query<{ name: string }>(partitions);
  // With the month after each, because the next weeks need it.
  expect(rows.map(({ name }) => name)).toEqual(
    ['2026_01', '2026_02', '2026_03', '2026_06', '2026_07'].map((month) => `facts_${month}`),
  );
});

test('many that need the same months at once make them once', async () => {
  await using store = await openStore();
  await Promise.all(Array.from({ length: 8 }, () => ensurePartitions(store.db, day('2026-01-01'), day('2026-03-31'))));
  expect((await store.db.query(partitions)).rows).toHaveLength(5);
});
