import { readFile, writeFile } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Day, DayRange } from '../../domain/calendar.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { backedUpTables, partitionMonths, sequenceStates } from '../../store/backup/contents.js';
import { readBackup } from '../../store/backup/read.js';
import { writeBackup } from '../../store/backup/write.js';
import { getConnection } from '../../store/connection/connections.js';
import { storedRuns } from '../../store/connection/stored-connections.js';
import type { Db } from '../../store/pool.js';
import { repeatedJobs } from '../faults/support/expect-truth.js';
import { addConnection, openStore, type TestStore } from '../store/database.js';
import { openSite, rowsOf, type Site } from './site.js';

const range: DayRange = { from: '2026-10-10' as Day, to: '2026-11-22' as Day };

let site: Site;
let empty: TestStore;
const folder = throwawayFolder();
const file = join(folder.path, 'importer.backup');
let grant: Awaited<ReturnType<Site['choose']>>;
let runId = '';

/** A run that has landed a part, has jobs at X, and more that it has not asked for. */
beforeAll(async () => {
  site = await openSite({ accounts: 1, ads: 60, days: 150, profile: 'messy', now: '2026-11-23T12:00:00Z' });
  empty = await openStore();
  grant = await site.choose();
  await site.call('recordPhase', { connectionId: grant.connectionId, phase: 'active' });
  runId = await site.plan(grant, { range, kind: 'history' });
  await site.call('submitJobs', { runId, begin: true });
  await site.call('pollJobs', { runId });
  await site.call('landJobs', { runId });
  await site.faults({ kind: 'job_slow', seconds: 250 });
  await site.call('submitJobs', { runId });
  // Landed a second time: versions, too.
  await site.db.query(`update importer.facts set impressions = impressions + 1 where impressions > 0`);
  await writeBackup(site.db, createWriteStream(file));
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await empty[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The bytes as a file. */
const broken = async (name: string, bytes: Buffer): Promise<string> => {
  const path = join(folder.path, name);
  await writeFile(path, bytes);
  return path;
};

/** Every table by its rows, every sequence, every partition. */
const contents = async (db: Db) => {
  const tables: Record<string, unknown> = {};
  for (const { name } of await backedUpTables(db)) {
    const [row] = await rowsOf<{ rows: number; hash: string }>(
      db,
      `select count(*) as rows, md5(string_agg(t::text, chr(10) order by t::text)) as hash from ${name} t`,
    );
    tables[name] = row;
  }
  return { tables, sequences: await sequenceStates(db), months: await partitionMonths(db) };
};

const restore = (db: Db, path = file) => readBackup(db, createReadStream(path));

test('a file that is damaged, cut off, of another schema or no backup is refused, and so is a database that is not empty: nothing is changed', async () => {
  const before = await contents(empty.db);
  const whole = await readFile(file);
  const flipped = Buffer.from(whole);
  flipped[Math.floor(whole.length / 2)] = (flipped[Math.floor(whole.length / 2)] ?? 0) ^ 0xff;
  const damaged = { why: 'damaged', message: expect.stringContaining('Nothing was changed') as string };
  await expect(restore(empty.db, await broken('flipped', flipped))).rejects.toMatchObject(damaged);
  const cut = whole.subarray(0, Math.floor(whole.length * 0.7));
  await expect(restore(empty.db, await broken('cut', cut))).rejects.toMatchObject(damaged);
  await expect(restore(empty.db, await broken('text', Buffer.from('hello')))).rejects.toMatchObject({
    why: 'no_backup',
  });
  expect(await contents(empty.db)).toEqual(before);

  await using other = await openStore();
  await other.db.query('alter table importer.cards add column more text');
  await expect(restore(other.db)).rejects.toMatchObject({ why: 'another_schema' });
  await using used = await openStore();
  await addConnection(used.db);
  await expect(restore(used.db)).rejects.toMatchObject({
    why: 'not_empty',
    message: expect.stringContaining('importer.connections has rows') as string,
  });
});

test('a backup is restored whole: every row of every table, sequences and partitions, and what Postgres computes by itself', async () => {
  const done = await restore(empty.db);
  const restored = await contents(empty.db);
  expect(restored).toEqual(await contents(site.db));
  expect(done.tables).toBe(Object.keys(restored.tables).length);
  expect(restored.tables['importer.facts']).toMatchObject({ rows: expect.any(Number) as number });
  expect(restored.months.length).toBeGreaterThan(1);
  expect((await getConnection(empty.db, grant.connectionId))?.choice).toMatchObject({ accounts: 'all' });
  expect(await storedRuns(empty.db, [grant.connectionId])).toMatchObject([{ runId, surveyed: true }]);
  await expect(restore(empty.db)).rejects.toMatchObject({ why: 'not_empty' });
});

test('a ledger that is older than the jobs at X ends equal to the truth: what it knows is not made twice, and no job slot is overdrawn', async () => {
  // What had landed is as X said it again.
  for (const db of [site.db, empty.db])
    await db.query('update importer.facts set impressions = impressions - 1 where impressions > 0');
  const known = await rowsOf<{ id: string }>(empty.db, 'select x_job_id as id from importer.jobs');
  // The importer went on after the backup: X has jobs that the backup does not know.
  await site.faults();
  await site.control('PUT', 'clock', { wire_advance_seconds: 250 });
  await site.finish(runId);
  const before = await site.requests();
  expect(before.jobs.length).toBeGreaterThanOrEqual(known.length);

  await site.on(empty.db).finish(runId);
  await site.on(empty.db).call('closeRun', { runId, state: 'completed' });
  const after = await site.requests();
  const comparison = newComparison();
  await compareAccount(empty.db, site.url, grant.accountId, range, comparison);
  const { missing, doubled, wrong, cellsCompared } = comparison;
  expect({ missing, doubled, wrong }).toEqual({ missing: 0, doubled: 0, wrong: 0 });
  expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);
  // Jobs that were made after the restoring, for what a job of the backup was made for.
  const ids = new Set(known.map(({ id }) => id));
  const ofBackup = after.jobs.filter((job) => ids.has(String(job['id_str'] ?? job['id'])));
  const later = after.jobs.slice(before.jobs.length);
  expect(ofBackup).toHaveLength(known.length);
  expect(repeatedJobs({ ...after, jobs: [...ofBackup, ...later] })).toEqual([]);
  expect(after.limits_hit).toEqual({});
});

test('a backup that cannot be written fails with the reason, and the database is as usable as before', async () => {
  const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('the disk is full')) });
  await expect(writeBackup(site.db, full)).rejects.toThrow('the disk is full');
  const sessions = await rowsOf<{ n: number }>(
    site.db,
    `select count(*) as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
  );
  expect(sessions).toEqual([{ n: 0 }]);
});
