import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { openSite, rowsOf, type Site } from './site.js';

const NOW = '2026-11-23T12:00:00Z';
const range = { from: '2026-11-16' as Day, to: '2026-11-22' as Day };

let site: Site;
let grant: { connectionId: string; accountId: string };
beforeEach(async () => {
  site = await openSite({ ads: 6, days: 60, now: NOW, profile: 'messy' });
  grant = await site.choose();
});
afterEach(() => site[Symbol.asyncDispose]());

const factsOf = (): Promise<readonly unknown[]> =>
  rowsOf(site.db, `select to_jsonb(f) as row from importer.facts f order by level, entity_id, placement, day`);
/** Everything that landing writes. */
const everything = async (): Promise<unknown> => ({
  facts: await factsOf(),
  mobile: await rowsOf(site.db, `select to_jsonb(f) as row from importer.mobile_facts f order by 1`),
  versions: await rowsOf(site.db, `select to_jsonb(v) as row from importer.fact_versions v order by 1`),
  receipts: await rowsOf(site.db, `select to_jsonb(r) as row from importer.receipts r order by r.id`),
  ledger: await rowsOf(
    site.db,
    `select account_id, level, entity_id, placement, metric_set, days::text, state, receipt_id from importer.ledger
     order by level, entity_id, placement, metric_set, days`,
  ),
});

const expectTruth = async (): Promise<void> => {
  const comparison = newComparison();
  await compareAccount(site.db, site.url, grant.accountId, range, comparison);
  const { missing, doubled, wrong, examples } = comparison;
  expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
};

const submitAndPoll = async (runId: string): Promise<void> => {
  await site.call('submitJobs', { runId });
  await site.call('pollJobs', { runId });
};
const wholeRun = async (days = range): Promise<string> => {
  const runId = await site.plan(grant, { range: days, refetch: true });
  await site.finish(runId);
  await site.call('closeRun', { runId, state: 'completed' });
  return runId;
};

describe('order, which is that of X', () => {
  test('a slice landed twice changes no fact, no version and no count', async () => {
    const runId = await wholeRun();
    const before = await everything();
    // As if the first landing's commit had not been noticed by whoever keeps the jobs.
    await site.db.query(`update importer.import_runs set state = 'running', ended_at = null where id = $1`, [runId]);
    await site.db.query(`update importer.slices set state = 'in_flight' where run_id = $1`, [runId]);
    await site.db.query(`update importer.jobs set state = 'ready', ended_at = null where run_id = $1`, [runId]);
    await site.call('landJobs', { runId });
    expect(await everything()).toEqual(before);
    await expectTruth();
  });

  test('two landings of the same jobs at once land each of them once', async () => {
    const runId = await site.plan(grant, { range });
    await submitAndPoll(runId);
    await Promise.all([1, 2].map(() => site.call('landJobs', { runId })));
    const receipts = await rowsOf(site.db, 'select from importer.receipts');
    const jobs = await rowsOf(site.db, 'select from importer.jobs');
    expect(receipts).toHaveLength(jobs.length);
    await expectTruth();
  });

  test('an older job that lands after a newer one changes no fact and leaves a receipt that says so', async () => {
    const old = await site.plan(grant, { range });
    await submitAndPoll(old);
    // Its claims are given up, as those of a worker that was believed dead; its files are still there.
    await site.db.query(`delete from importer.ledger where run_id = $1`, [old]);
    await site.control('PUT', 'clock', { advance_seconds: 3 * 86_400 });
    await wholeRun();
    await expectTruth();
    const facts = await factsOf();
    const versions = await rowsOf(site.db, 'select from importer.fact_versions');

    // X keeps files for 48 hours only, so the clock goes back to read the old ones.
    await site.control('PUT', 'clock', { advance_seconds: -3 * 86_400 });
    await site.call('landJobs', { runId: old });
    expect(await factsOf()).toEqual(facts);
    expect(await rowsOf(site.db, 'select from importer.fact_versions')).toHaveLength(versions.length);
    const receipts = await rowsOf<{ note: string | null; rows_stale: number; rows_read: number }>(
      site.db,
      'select note, rows_stale, rows_read from importer.receipts where run_id = $1',
      [old],
    );
    expect(receipts.length).toBeGreaterThan(0);
    for (const { note, rows_stale: stale, rows_read: read } of receipts) {
      expect(note).toContain('before numbers that had landed already');
      expect(stale).toBe(read);
    }
    await site.control('PUT', 'clock', { advance_seconds: 3 * 86_400 });
    await expectTruth();
  });

  test('what X restated is stored, and what was believed before is kept', async () => {
    await wholeRun();
    const before = await factsOf();
    await site.control('PUT', 'clock', { advance_seconds: 3 * 86_400 });
    await wholeRun();
    await expectTruth();
    expect(await factsOf()).not.toEqual(before);
    const versions = await rowsOf<{ observed: boolean }>(
      site.db,
      'select observed_at < superseded_at as observed from importer.fact_versions',
    );
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.every(({ observed }) => observed)).toBe(true);
  });

  test('a number that X withdraws becomes zero, with its version kept', async () => {
    // Long enough for flights to end and gaps to lie between them.
    const long = { from: '2026-09-26' as Day, to: range.to };
    await wholeRun(long);
    // The simulator restates and never withdraws, so the store remembers a number that X never told.
    const [invented] = await rowsOf<{ entity_id: string; day: string }>(
      site.db,
      `with hole as (
         select l.level, l.entity_id, l.placement, d::date as day, l.receipt_id from importer.ledger l,
           generate_series(lower(l.days), upper(l.days) - 1, interval '1 day') d
         where l.state = 'landed' and l.metric_set = 'standard' and d::date between $2 and $3 and not exists (
           select from importer.facts f where f.account_id = $1 and f.level = l.level and f.entity_id = l.entity_id
             and f.placement = l.placement and f.day = d::date)
         limit 1)
       insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at, impressions)
       select $1, level, entity_id, placement, day, receipt_id, '2026-11-23T00:00:00Z', 777 from hole
       returning entity_id, day`,
      [grant.accountId, long.from, long.to],
    );
    expect(invented).toBeDefined();
    await wholeRun(long);
    const key = [invented?.entity_id, invented?.day];
    const now = await rowsOf(site.db, 'select impressions from importer.facts where entity_id = $1 and day = $2', key);
    expect(now).toEqual([{ impressions: 0 }]);
    const kept = await rowsOf(
      site.db,
      'select impressions from importer.fact_versions where entity_id = $1 and day = $2',
      key,
    );
    expect(kept).toEqual([{ impressions: 777 }]);
    await expectTruth();
  });
});

const jobStates = () => rowsOf<{ state: string }>(site.db, `select distinct state from importer.jobs order by 1`);

describe('files that are not what they should be', () => {
  test('a file that is not there yet is waited for', async () => {
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'file_not_ready', times: 1 });
    await submitAndPoll(runId);
    // The others landed; then there is only waiting left.
    expect(await site.call('landJobs', { runId })).toMatchObject({ ready: 1 });
    await expect(site.call('landJobs', { runId })).rejects.toMatchObject({ type: 'FilesNotReady' });
    await site.control('PUT', 'clock', { wire_advance_seconds: 60 });
    await site.finish(runId);
    expect(await jobStates()).toEqual([{ state: 'landed' }]);
    await expectTruth();
  });

  test('a truncated file is read again, and never half landed', async () => {
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'file_truncated' });
    await submitAndPoll(runId);
    await expect(site.call('landJobs', { runId })).rejects.toMatchObject({ type: 'FilesNotReady' });
    expect(await factsOf()).toEqual([]);
    expect(await rowsOf(site.db, 'select from importer.receipts')).toEqual([]);
    await site.faults();
    await site.finish(runId);
    await expectTruth();
  });

  test('ids that a file leaves out are asked again by themselves', async () => {
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'ids_missing', times: 1, level: 'PROMOTED_TWEET' });
    await site.finish(runId);
    const again = await rowsOf(site.db, 'select from importer.slices where omissions = 1');
    expect(again).toHaveLength(1);
    await expectTruth();
  });
});
