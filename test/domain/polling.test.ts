import { expect, test } from 'vitest';
import { nextPoll } from '../../domain/polling.js';

/** The moments of the polls while nothing happens. */
const polls = (until: number): number[] => {
  const moments: number[] = [];
  let at = 0;
  while (at < until) {
    at += nextPoll(at);
    moments.push(at);
  }
  return moments;
};

test('right after a create or progress X is asked every second', () => {
  expect(polls(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('what a job took is prolonged by an eighth at most, or by a second', () => {
  const moments = polls(3_600);
  let before = 0;
  for (const at of moments) {
    expect(at - before).toBeLessThanOrEqual(Math.max(1, before / 8));
    before = at;
  }
});

test('a long wait costs few requests and few events', () => {
  expect(nextPoll(60)).toBe(5);
  expect(nextPoll(120)).toBe(15);
  expect(nextPoll(600)).toBe(60);
  expect(polls(1_800).length).toBeLessThan(110);
});
