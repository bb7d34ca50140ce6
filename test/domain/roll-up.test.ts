import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import { countDays } from '../../domain/day-ranges.js';
import { monthOf, rolledUpDays, rollUpParts } from '../../domain/roll-up.js';

const FIRST = '2023-12-01' as Day;

test('whatever the range and whatever is not rolled up, each day of the range counts once and no other day does', () => {
  const ranges = fc.record({
    from: fc.integer({ min: 0, max: 500 }),
    length: fc.integer({ min: 0, max: 400 }),
    not: fc.uniqueArray(fc.integer({ min: 0, max: 30 })),
  });
  fc.assert(
    fc.property(ranges, ({ from: first, length, not }) => {
      const range = { from: addDays(FIRST, first), to: addDays(FIRST, first + length) };
      const lacking = new Set(not.map((n) => monthOf(addDays(FIRST, n * 31))));
      const { added, subtracted, facts, factsSubtracted } = rollUpParts(range, lacking);
      const counts = new Map<Day, number>();
      const count = (from: Day, to: Day, by: number): void => {
        for (let day = from; day <= to; day = addDays(day, 1)) counts.set(day, (counts.get(day) ?? 0) + by);
      };
      for (const day of added) count(monthOf(day), day, 1);
      for (const day of subtracted) count(monthOf(day), day, -1);
      for (const { from, to } of facts) count(from, to, 1);
      for (const { from, to } of factsSubtracted) count(from, to, -1);
      expect(Object.fromEntries([...counts].filter(([, times]) => times !== 0))).toEqual(
        Object.fromEntries(Array.from({ length: length + 1 }, (_, n) => [addDays(range.from, n), 1])),
      );
      for (const day of [...added, ...subtracted]) {
        expect(lacking.has(monthOf(day))).toBe(false);
        expect(rolledUpDays(monthOf(day))).toContain(day);
      }
    }),
  );
});

test('of a year that is rolled up no fact is read but of a day or two at each end', () => {
  for (let n = 0; n < 31; n += 1) {
    const range = { from: addDays(FIRST, n), to: addDays(FIRST, n + 365) };
    const { facts, factsSubtracted } = rollUpParts(range, new Set());
    const days = [...facts, ...factsSubtracted].map(countDays);
    expect(days.length).toBeLessThanOrEqual(2);
    expect(Math.max(0, ...days)).toBeLessThanOrEqual(2);
  }
});
