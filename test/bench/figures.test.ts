import { describe, expect, it } from 'vitest';
import { floorOf, refusals, submissionOrder, wallBar } from '../../bench/figures.js';
import { asMarkdown, cellsOf, median } from '../../bench/report.js';

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
