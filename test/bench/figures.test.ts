import { describe, expect, it } from 'vitest';
import { floorOf, refusals, submissionOrder, wallBar } from '../../bench/figures.js';
import { asMarkdown, cellsOf, median } from '../../bench/report.js';
import type { ConnectionsRun } from '../../bench/daily/connections.js';
import type { FeedRun } from '../../bench/daily/feed-against-blind.js';
import { dailyBars } from '../../bench/scenarios/daily.js';

const endingOn = (...days: readonly string[]) => days.map((day) => ({ end_time: `${day}T00:00:00Z` }));

describe('the bars of the benches', () => {
  it('take the floor from jobs at once and from creates a minute, whichever is longer', () => {
    expect(floorOf(1, 8)).toBe(8);
    expect(floorOf(100, 8)).toBe(8);
    expect(floorOf(101, 8)).toBe(16);
    // 441 creates need a second minute, and the job of the last of them.
    expect(floorOf(441, 8)).toBe(68);
    expect(floorOf(441, 40)).toBe(200);
  });

  it('allow fifteen percent and three seconds more than the floor', () => {
    expect(wallBar(8)).toBeCloseTo(12.2);
  });

  it('find no disorder where slices are submitted by descending last day', () => {
    expect(submissionOrder(endingOn('2026-03-01', '2026-03-01', '2026-01-01'))).toEqual({ late: 0, furthest: 0 });
  });

  it('count the creates that came after one with an earlier last day, and how far behind they were', () => {
    const jobs = endingOn('2026-03-01', '2026-01-01', '2026-02-01', '2026-02-01');
    expect(submissionOrder(jobs)).toEqual({ late: 2, furthest: 1 });
  });

  it('count refusals by status', () => {
    const counts = [
      { method: 'GET', route: '/a', status: 200, count: 9 },
      { method: 'GET', route: '/a', status: 429, count: 1 },
      { method: 'POST', route: '/b', status: 429, count: 2 },
      { method: 'POST', route: '/b', status: 503, count: 1 },
    ];
    expect(refusals({ counts })).toEqual({ '429': 3, '503': 1 });
  });
});

const run = (change: Partial<ConnectionsRun>): ConnectionsRun => ({
  connections: 100,
  ads: 20,
  days: 1,
  history: 30,
  jobSeconds: 2,
  seed: 7,
  secondsPerConnectionDay: 0.2,
  seconds: [20],
  historySeconds: 25,
  requestsPerConnectionDay: 23,
  requests: {},
  eventsPerConnectionDay: 55,
  longestHistory: 70,
  jobsPerConnectionDay: 5,
  heldAgainstBlind: 8,
  moreThanBlind: 0,
  refusals: {},
  tooManyJobs: 0,
  worker: null,
  accountsCompared: 8,
  missing: 0,
  doubled: 0,
  wrong: 0,
  ...change,
});

const feed = (endedShare: number, ...days: readonly (readonly [feedJobs: number, blindJobs: number])[]): FeedRun => ({
  ads: 1_000,
  history: 30,
  jobSeconds: 0,
  seed: 7,
  days: days.length,
  endedShare,
  corrections: 1,
  daily: days.map(([feedJobs, jobs]) => ({
    feedJobs,
    jobs,
    ads: 1_000,
    endedAds: 1_000 * endedShare,
    isCheck: false,
  })),
  feedJobs: days.reduce((sum, [feedJobs]) => sum + feedJobs, 0),
  blindJobs: days.reduce((sum, [, jobs]) => sum + jobs, 0),
});

describe('the bars of a connection-day', () => {
  it('are met by a day that costs no more than allowed', () => {
    expect(dailyBars([run({})], [feed(0, [66, 66]), feed(0.8, [36, 66], [30, 66])])).toEqual({
      requests: true,
      events: true,
      jobsNeverMore: true,
      jobsAtMostHalf: true,
      noRefusal: true,
      scale: null,
    });
  });

  it('hold a thousand connections against a hundred', () => {
    const thousand = (seconds: number) => run({ connections: 1_000, secondsPerConnectionDay: seconds });
    expect(dailyBars([run({}), thousand(0.25)], []).scale).toBe(true);
    expect(dailyBars([run({}), thousand(0.26)], []).scale).toBe(false);
  });

  it.each([
    ['requests', [run({ requestsPerConnectionDay: 30.1 })], []],
    ['events', [run({ eventsPerConnectionDay: 60.1 })], []],
    ['noRefusal', [run({ refusals: { '429': 1 } })], []],
    ['noRefusal', [run({ tooManyJobs: 1 })], []],
    ['jobsNeverMore', [run({ moreThanBlind: 1 })], []],
    ['jobsNeverMore', [], [feed(0, [65, 66], [67, 66])]],
    ['jobsAtMostHalf', [], [feed(0.8, [34, 66], [33, 66])]],
  ] as const)('are missed by %s alone where only that is too much', (bar, runs, feeds) => {
    const missed = Object.entries(dailyBars(runs, feeds)).flatMap(([name, isMet]) => (isMet === false ? [name] : []));
    expect(missed).toEqual([bar]);
  });
});

describe('the report of the benches', () => {
  it('takes the middle value as typical', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('turns many columns on their side', () => {
    const columns = [
      ['run', ({ name }: { name: string }) => name],
      ['jobs', () => 5],
    ] as const;
    const rows = [{ name: 'first' }, { name: 'second' }];
    expect(asMarkdown(cellsOf(columns, rows, false))).toBe(
      '| run | jobs |\n| --- | --- |\n| first | 5 |\n| second | 5 |',
    );
    expect(asMarkdown(cellsOf(columns, rows, true))).toBe(
      '| run | first | second |\n| --- | --- | --- |\n| jobs | 5 | 5 |',
    );
  });
});
