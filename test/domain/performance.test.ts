import { expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { countDays } from '../../domain/day-ranges.js';
import { COMPARISONS, daysBefore, periodBefore, RANGES_IN_WORDS, rangeInWords } from '../../domain/performance.js';

const day = (text: string): Day => text as Day;
const weekday = (of: Day): number => new Date(of).getUTCDay();

test.each([
  // A Wednesday, the first of a quarter, a Monday, and the day after a leap day.
  ['2026-11-25', 'yesterday', '2026-11-24', '2026-11-24'],
  ['2026-11-25', '7d', '2026-11-18', '2026-11-24'],
  ['2026-11-25', 'this_week', '2026-11-23', '2026-11-24'],
  ['2026-11-25', 'last_week', '2026-11-16', '2026-11-22'],
  ['2026-11-25', 'this_month', '2026-11-01', '2026-11-24'],
  ['2026-11-25', 'last_month', '2026-10-01', '2026-10-31'],
  ['2026-11-25', 'this_quarter', '2026-10-01', '2026-11-24'],
  ['2026-11-25', '12m', '2025-11-25', '2026-11-24'],
  ['2026-01-01', 'last_month', '2025-12-01', '2025-12-31'],
  ['2026-11-23', 'this_week', '2026-11-23', '2026-11-23'],
  ['2024-03-01', 'yesterday', '2024-02-29', '2024-02-29'],
])('a range in words has whole days up to yesterday: on %s, %s', (today, words, from, to) => {
  expect(rangeInWords(words, day(today))).toEqual({ from, to });
});

test('there are no other words', () => {
  for (const words of RANGES_IN_WORDS) expect(rangeInWords(words, day('2026-11-25'))).toBeDefined();
  for (const words of ['', 'today', '0d', '-3d', '1.5d', 'forever'])
    expect(rangeInWords(words, day('2026-11-25'))).toBeUndefined();
});

test('the period before has as many days, on the same weekdays or a year earlier where that is asked for', () => {
  for (const [from, to] of [
    ['2026-11-25', '2026-11-25'],
    ['2026-11-01', '2026-11-30'],
    ['2024-02-29', '2024-03-10'],
    ['2025-03-01', '2026-02-28'],
  ] as const) {
    const range = { from: day(from), to: day(to) };
    for (const compare of COMPARISONS) {
      const before = periodBefore(range, daysBefore(range, compare));
      expect([compare, countDays(before)]).toEqual([compare, countDays(range)]);
      expect(compare === 'previous_year' || before.to < range.from).toBe(true);
      if (compare === 'same_weekdays') expect(weekday(before.from)).toBe(weekday(range.from));
      if (compare === 'previous_period') expect(countDays({ from: before.to, to: range.from })).toBe(2);
    }
  }
  const leap = { from: day('2024-02-29'), to: day('2024-02-29') };
  expect(periodBefore(leap, daysBefore(leap, 'previous_year')).from).toBe('2023-02-28');
});
