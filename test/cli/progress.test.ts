import { describe, expect, test } from 'vitest';
import { coverageText, worstStatus } from '../../cli/text/coverage.js';
import { backfillProgress, overallProgress, secondsLeft } from '../../client/read/progress.js';
import type { AccountCoverage, GrantSummary, RunSummary } from '../../client/shapes.js';
import type { CoverageDay } from '../../domain/coverage.js';
import type { Day } from '../../domain/calendar.js';

const grant = (accountId: string, status: GrantSummary['status']): GrantSummary => ({
  accountId,
  accountName: accountId,
  status,
  wait: 1,
  lookBack: 30,
  dailyAt: '10:00',
});
const run = (accountId: string, counts: Partial<RunSummary>): RunSummary => ({
  runId: accountId,
  accountId,
  kind: 'history',
  range: { from: '2026-01-01' as Day, to: '2026-01-31' as Day },
  state: 'running',
  workflowId: `import/${accountId}`,
  startedAt: '2026-02-01T00:00:00Z',
  planned: 0,
  inFlight: 0,
  ready: 0,
  landed: 0,
  failed: 0,
  ...counts,
});

describe('the progress over accounts', () => {
  test('weighs them alike, and counts those that have not planned yet as nothing done', () => {
    const grants = [
      grant('a', 'backfilling'),
      grant('b', 'backfilling'),
      grant('c', 'up_to_date'),
      grant('d', 'blocked'),
    ];
    const progress = overallProgress(grants, [run('a', { landed: 30, inFlight: 60, planned: 10 })]);
    expect(progress).toMatchObject({ jobs: 100, landed: 30, inFlight: 60, planning: 1 });
    expect(progress.fraction).toBeCloseTo((0.3 + 0 + 1) / 3);
  });

  test('is whole when nothing is imported', () => {
    expect(overallProgress([grant('a', 'up_to_date')], []).fraction).toBe(1);
  });

  test('of a manual import is that of its account', () => {
    const grants = [grant('a', 'up_to_date'), grant('b', 'up_to_date')];
    expect(overallProgress(grants, [run('a', { kind: 'manual', landed: 1, planned: 3 })]).fraction).toBe(0.25);
  });
});

describe('the progress of one manual backfill', () => {
  test('begins at nothing before its run is open, and is whole when its workflows have ended', () => {
    expect(backfillProgress([{ ended: false }])).toMatchObject({ fraction: 0, jobs: 0, planning: 1 });
    expect(backfillProgress([{ ended: true }, { ended: true }])).toMatchObject({ fraction: 1, planning: 0 });
  });

  test('weighs its accounts alike, whatever else goes on', () => {
    const going = run('a', { kind: 'manual', landed: 1, inFlight: 2, failed: 1 });
    expect(backfillProgress([{ ended: true }, { ended: false, run: going }])).toEqual({
      fraction: 0.75,
      jobs: 4,
      landed: 1,
      inFlight: 2,
      failed: 1,
      planning: 0,
    });
  });
});

describe('the estimate', () => {
  test('comes from the speed of the last minute', () => {
    const samples = [0, 30, 60, 90, 120].map((s) => ({ at: s * 1000, fraction: s < 60 ? 0 : (s - 60) / 120 }));
    expect(secondsLeft(samples)).toBe(60);
  });

  test('is not given before anything can be said', () => {
    expect(secondsLeft([])).toBeUndefined();
    expect(secondsLeft([{ at: 0, fraction: 0.1 }])).toBeUndefined();
    expect(
      secondsLeft([
        { at: 0, fraction: 0 },
        { at: 1_000, fraction: 0.5 },
      ]),
    ).toBeUndefined();
    expect(
      secondsLeft([
        { at: 0, fraction: 0.5 },
        { at: 9_000, fraction: 0.5 },
      ]),
    ).toBeUndefined();
    expect(
      secondsLeft([
        { at: 0, fraction: 0.5 },
        { at: 9_000, fraction: 1 },
      ]),
    ).toBeUndefined();
  });
});

const days = (level: CoverageDay['level'], statuses: Readonly<Record<string, CoverageDay['status']>>): CoverageDay[] =>
  Object.entries(statuses).map(([day, status]) => ({
    level,
    placement: 'ALL_ON_TWITTER',
    day: day as Day,
    status,
    expected: 2,
    landed: 1,
    finality: day < '2026-02' ? 'settling' : 'provisional',
    ...(status === 'failed' ? { reason: 'X cannot compute it' } : {}),
  }));

describe('coverage in the terminal', () => {
  test('a day shows its worst level, and what lacks for one reason is one line', () => {
    expect(worstStatus(['complete', 'failed', 'verified_empty'])).toBe('failed');
    const statuses = { '2026-01-30': 'complete', '2026-01-31': 'failed', '2026-02-01': 'failed' } as const;
    const account: AccountCoverage = {
      accountId: 'a1',
      accountName: 'Acme',
      range: { from: '2026-01-30' as Day, to: '2026-02-01' as Day },
      days: [...days('CAMPAIGN', statuses), ...days('LINE_ITEM', statuses)],
      complete: false,
    };
    const lines = coverageText(account).split('\n');
    expect(lines).toContain(`  2026-01  ${' '.repeat(29)}█✗`);
    expect(lines).toContain('  2026-02  ✗');
    expect(lines).toContain('  2026-01-30 to 2026-01-31: settling, X may still correct them');
    expect(lines).toContain("  2026-02-01: provisional, their spend is X's estimate");
    expect(lines.at(-1)).toBe(
      '  2026-01-31 to 2026-02-01, 2 days: failed: X cannot compute it (ALL_ON_TWITTER: CAMPAIGN, LINE_ITEM)',
    );
  });
});
