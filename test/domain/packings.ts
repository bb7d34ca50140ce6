import type { DayRange } from '../../domain/calendar.js';
import { dayNumber } from '../../domain/calendar.js';
import type { Need } from '../../domain/slice.js';

/*
 * Two simple ways to pack, written without the planner, as people would do it by hand: what the planner must never be
 * worse than.
 */

const IDS = 20;
const DAYS = 90;

/** Windows of 90 days from the first day of the range; in each, its ids by twenties. */
export const fixedGridJobs = (needs: readonly Need[], { from, to }: DayRange): number => {
  let jobs = 0;
  for (let start = dayNumber(from); start <= dayNumber(to); start += DAYS) {
    const inWindow = needs.filter(({ ranges }) =>
      ranges.some((range) => dayNumber(range.from) < start + DAYS && dayNumber(range.to) >= start),
    );
    jobs += Math.ceil(inWindow.length / IDS);
  }
  return jobs;
};

/**
 * The window begins at the earliest day that nobody has read yet, takes the twenty ids with the earliest such days, and
 * reads what they need in ninety days.
 */
export const greedyJobs = (needs: readonly Need[]): number => {
  const left = new Map<string, number[]>();
  for (const { entityId, ranges } of needs) {
    const days: number[] = [];
    for (const { from, to } of ranges) for (let day = dayNumber(from); day <= dayNumber(to); day += 1) days.push(day);
    if (days.length > 0) left.set(entityId, days);
  }
  let jobs = 0;
  while (left.size > 0) {
    const queue = [...left].toSorted(([, a], [, b]) => (a[0] ?? 0) - (b[0] ?? 0));
    const end = (queue[0]?.[1][0] ?? 0) + DAYS;
    for (const [id, days] of queue.slice(0, IDS)) {
      const rest = days.filter((day) => day >= end);
      if (rest.length > 0) left.set(id, rest);
      else left.delete(id);
    }
    jobs += 1;
  }
  return jobs;
};
