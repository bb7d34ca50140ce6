import { describe, expect, test } from 'vitest';
import { isWorthReturning, nextPoll } from '../../domain/poll-interval.js';

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

test('while somebody waits for first numbers X is asked twice a second, for some seconds', () => {
  expect([0, 2, 7.5].map((since) => nextPoll(since, { isFirst: true }))).toEqual([0.5, 0.5, 0.5]);
  for (const since of [8, 40, 120, 600]) expect(nextPoll(since, { isFirst: true })).toBe(nextPoll(since));
});

test('once it is known what X takes, X is asked when jobs are due, and seldom before', () => {
  expect([20, 6.5, 4, 2.234].map((dueIn) => nextPoll(2, { dueIn }))).toEqual([5, 5, 3, 1.2]);
  // A moment early, because what a job took is known from polls, which are late.
  const expected = [1, 0, -2.9];
  expect(expected.map((dueIn) => nextPoll(40, { dueIn }))).toEqual([1, 1, 1]);
  expect(expected.map((dueIn) => nextPoll(40, { dueIn, isAwaited: true }))).toEqual([0.5, 0.5, 0.5]);
  // X takes longer this time.
  for (const since of [8, 40, 120, 600]) expect(nextPoll(since, { dueIn: -3, isAwaited: true })).toBe(nextPoll(since));
  expect([nextPoll(120, { dueIn: 0 }), nextPoll(600, { dueIn: 0 })]).toEqual([15, 60]);
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

describe('what is worth going on with', () => {
  const small = { planned: 0, inFlight: 3, ready: 2, landed: 0, failed: 0 };
  const large = { planned: 40, inFlight: 60, ready: 2, landed: 100, failed: 0 };
  const nothing = { ended: 0, readySeconds: [] };

  test('in a large run, whatever has ended, and what an attempt before it saw', () => {
    expect(isWorthReturning(large, { ended: 1, readySeconds: [] })).toBe(true);
    expect(isWorthReturning(large, { ended: 0, readySeconds: [0.5] })).toBe(true);
    expect(isWorthReturning(large, nothing)).toBe(false);
  });

  test('in a small run all of it, or what has waited long enough for the rest', () => {
    expect(isWorthReturning(small, { ended: 2, readySeconds: [0.5, 0] })).toBe(false);
    expect(isWorthReturning(small, { ended: 0, readySeconds: [3] })).toBe(true);
    expect(isWorthReturning({ ...small, inFlight: 0, ready: 5 }, { ended: 3, readySeconds: [] })).toBe(true);
  });

  test('a small run whose job failed goes on at once: its slice waits to be submitted again', () => {
    expect(isWorthReturning({ ...small, planned: 1 }, { ended: 1, readySeconds: [] })).toBe(true);
  });

  test('nothing that X computes: there is nothing to wait for', () => {
    expect(isWorthReturning({ ...large, inFlight: 0 }, nothing)).toBe(true);
  });
});
