import { OPERATOR } from '../../domain/viewer.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import type { DayStatus } from '../../domain/coverage.js';
import type { CoverageDay } from '../../domain/coverage.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { openSite, rowsOf, type Site } from './site.js';

const NOW = '2026-11-23T12:00:00Z';
const range = { from: '2026-11-16' as Day, to: '2026-11-22' as Day };

let site: Site;
let grant: { connectionId: string; accountId: string };
beforeEach(async () => {
  site = await openSite({ ads: 4, days: 60, now: NOW });
  grant = await site.choose();
});
afterEach(() => site[Symbol.asyncDispose]());

const coverage = (from: string = range.from, to: string = range.to): Promise<readonly CoverageDay[]> =>
  coverageDays(site.db, OPERATOR, { accountId: grant.accountId, from: from as Day, to: to as Day });
const ofAds = async (): Promise<readonly CoverageDay[]> =>
  (await coverage()).filter(({ level }) => level === 'PROMOTED_TWEET');
const statuses = (days: readonly CoverageDay[]): readonly DayStatus[] => [...new Set(days.map(({ status }) => status))];
const imported = async (): Promise<string> => {
  const runId = await site.plan(grant, { range });
  await site.finish(runId);
  await site.call('closeRun', { runId, state: 'completed' });
  return runId;
};

describe('a day goes', () => {
  test('from missing over planned and in flight to complete, with the reason while it is missing', async () => {
    const before = await ofAds();
    expect(statuses(before)).toEqual(['missing']);
    expect(before[0]?.reason).toContain('was not asked yet');

    const runId = await site.plan(grant, { range });
    expect(statuses(await ofAds())).toEqual(['planned']);
    await site.call('submitJobs', { runId });
    expect(statuses(await ofAds())).toEqual(['in_flight']);
    await site.finish(runId);
    const after = await ofAds();
    expect(statuses(after)).toEqual(['complete']);
    for (const { expected, landed, reason } of after) {
      expect(expected).toBeGreaterThan(0);
      expect(landed).toBe(expected);
      expect(reason).toBeUndefined();
    }
    // Days that nobody asked about stay missing beside it.
    expect(statuses(await coverage('2026-11-01', '2026-11-15'))).toEqual(['missing']);
  });

  test('back to missing when its run ends without it', async () => {
    const runId = await site.plan(grant, { range });
    await site.call('closeRun', { runId, state: 'cancelled' });
    const days = await ofAds();
    expect(statuses(days)).toEqual(['missing']);
    expect(days[0]?.reason).toContain('it has not landed');
  });
});

test('a day on which X named nobody is verified empty', async () => {
  // Before the ads began to live.
  const quiet = { from: '2026-08-01' as Day, to: '2026-08-03' as Day };
  const runId = await site.plan(grant, { range: quiet });
  await site.call('closeRun', { runId, state: 'completed' });
  const days = await coverage(quiet.from, quiet.to);
  expect(days.length).toBeGreaterThan(0);
  expect(statuses(days)).toEqual(['verified_empty']);
  expect(days.every(({ expected, landed, reason }) => expected + landed === 0 && reason === undefined)).toBe(true);
});

describe('a day is complete only', () => {
  test('while every ledger row that says so is there', async () => {
    await imported();
    const [gone] = await rowsOf<{ first: Day; last: Day }>(
      site.db,
      `delete from importer.ledger where id = (
         select id from importer.ledger where level = 'PROMOTED_TWEET' and state = 'landed' limit 1)
       returning lower(days) as first, upper(days) - 1 as last`,
    );
    for (const { day, status, expected, landed } of await ofAds()) {
      const inside = gone !== undefined && day >= gone.first && day <= gone.last;
      expect({ day, status }).toEqual({ day, status: inside ? 'missing' : 'complete' });
      expect(landed).toBe(inside ? expected - 1 : expected);
    }
    const others = (await coverage()).filter(({ level }) => level !== 'PROMOTED_TWEET');
    expect(statuses(others)).not.toContain('missing');
  });

  test('while its receipt is there', async () => {
    await imported();
    await site.db.transaction(async (tx) => {
      // The constraint that guards receipts is set aside, as a careless restore would.
      await tx.query('set local session_replication_role = replica');
      await tx.query(
        `delete from importer.receipts where id = (
           select receipt_id from importer.ledger where level = 'PROMOTED_TWEET' and state = 'landed' limit 1)`,
      );
    });
    expect(statuses(await ofAds())).toEqual(['missing']);
    await expect(site.db.query('delete from importer.receipts')).rejects.toThrow(/foreign key/);
  });

  test('when every metric set has landed', async () => {
    await imported();
    await site.db.query('update importer.accounts set has_app_line_items = true');
    const byLevel = new Map((await coverage()).map(({ level, status }) => [level, status]));
    expect(byLevel.get('PROMOTED_TWEET')).toBe('missing');
    expect(byLevel.get('CAMPAIGN')).toBe('missing');
    expect(byLevel.get('FUNDING_INSTRUMENT')).toBe('complete');
  });

  test('when X could compute all of it: an ad that it never can is failed on its own days, with the reason', async () => {
    const runId = await site.plan(grant, { range });
    const [slice] = await rowsOf<{ ids: string[] }>(
      site.db,
      `select entity_ids as ids from importer.slices where level = 'PROMOTED_TWEET'`,
    );
    const [bad = '', ...healthy] = slice?.ids ?? [];
    await site.faults({ kind: 'job_failed', entity_id: bad });
    await site.finish(runId);
    const days = await ofAds();
    const failed = days.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    for (const { expected, landed, reason } of failed) {
      expect(expected - landed).toBe(1);
      expect(reason).toContain(bad);
      expect(reason).toMatch(/failed 10 times/);
    }
    expect(statuses(days.filter((day) => !failed.includes(day))).every((status) => status === 'complete')).toBe(true);
    const landed = await rowsOf<{ id: string }>(
      site.db,
      `select distinct entity_id as id from importer.ledger where level = 'PROMOTED_TWEET' and state = 'landed'`,
    );
    expect(landed.map(({ id }) => id).toSorted()).toEqual(healthy.toSorted());
    await site.call('closeRun', { runId, state: 'completed' });

    // A later run tries what failed once more.
    await site.faults();
    await imported();
    expect(statuses(await ofAds())).toEqual(['complete']);
  });
});
