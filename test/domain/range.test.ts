import { describe, expect, test } from 'vitest';
import { hullOf } from '../../domain/day-ranges.js';
import type { Day } from '../../domain/calendar.js';
import {
  checkHistoryStart,
  checkHistoryStartAnywhere,
  checkRange,
  clampToCreation,
  clampToDue,
} from '../../domain/range.js';

const today = '2026-11-23' as Day;
const day = (text: string): Day => text as Day;

describe('a range that a person gives', () => {
  test('is accepted up to a year, its leap day included, and up to today', () => {
    expect(checkRange({ from: '2025-11-23', to: '2026-11-23' }, today)).toEqual({
      kind: 'ok',
      range: { from: '2025-11-23', to: '2026-11-23' },
    });
    expect(checkRange({ from: '2024-01-01', to: '2024-12-31' }, today).kind).toBe('ok');
    expect(checkRange({ from: '2026-11-23', to: '2026-11-23' }, today).kind).toBe('ok');
  });

  test.each([
    ['2026-1-1', '2026-01-02', 'The first day "2026-1-1" is not a day of the calendar'],
    ['2026-01-01', '2026-02-30', 'The last day "2026-02-30" is not a day of the calendar'],
    ['2025-02-29', '2025-03-01', 'is not a day of the calendar'],
    ['2026-01-02', '2026-01-01', 'reversed'],
    ['2026-11-24', '2026-11-25', 'is in the future; today is 2026-11-23'],
    ['2026-11-01', '2026-11-24', 'The last day 2026-11-24 is in the future'],
    ['2025-01-01', '2026-01-02', 'has 367 days, more than a year; split it, for example into 2025-01-01 to 2026-01-01'],
  ])('%s to %s is refused with the sentence that says why', (from, to, reason) => {
    expect(checkRange({ from, to }, today)).toMatchObject({ kind: 'invalid', reason: expect.stringContaining(reason) });
  });
});

test('a history begins within the last year, and not in the future', () => {
  expect(checkHistoryStart('2025-11-23', today)).toEqual({ kind: 'ok', day: '2025-11-23' });
  expect(checkHistoryStart('2025-11-21', today)).toMatchObject({ reason: expect.stringContaining('so to 2025-11-22') });
  expect(checkHistoryStart('2026-11-24', today)).toMatchObject({ reason: expect.stringContaining('in the future') });
  expect(checkHistoryStart('yesterday', today)).toMatchObject({ reason: expect.stringContaining('YYYY-MM-DD') });
});

test('before the zones are known, a history begins where any zone allows it', () => {
  for (const start of ['2025-11-21', '2026-11-24'])
    expect(checkHistoryStartAnywhere(start, today)).toEqual({ kind: 'ok', day: start });
  expect(checkHistoryStartAnywhere('2025-11-20', today)).toMatchObject({ reason: expect.stringContaining('one year') });
  expect(checkHistoryStartAnywhere('2026-11-25', today)).toMatchObject({
    reason: expect.stringContaining('in the future'),
  });
});

test('days before an account existed are cut off with the sentence that says so', () => {
  const range = { from: day('2026-01-01'), to: day('2026-01-31') };
  expect(clampToCreation(range, undefined)).toEqual({ kind: 'whole', range });
  expect(clampToCreation(range, day('2025-06-01'))).toEqual({ kind: 'whole', range });
  expect(clampToCreation(range, day('2026-01-10'))).toEqual({
    kind: 'clamped',
    range: { from: '2026-01-10', to: '2026-01-31' },
    reason: 'The account was created on 2026-01-10, so the import begins there and not on 2026-01-01.',
  });
  expect(clampToCreation(range, day('2026-02-01'))).toMatchObject({ kind: 'nothing' });
});

test('days that are not due are cut off with the sentence that says when they are', () => {
  const range = { from: day('2026-06-01'), to: day('2026-06-10') };
  expect(clampToDue(range, day('2026-06-13'), 3)).toEqual({ kind: 'whole', range });
  expect(clampToDue(range, day('2026-06-10'), 3)).toEqual({
    kind: 'clamped',
    range: { from: '2026-06-01', to: '2026-06-07' },
    reason:
      'The account waits 3 days, so the import ends on 2026-06-07; 2026-06-08 is due on 2026-06-11, 2026-06-10 on 2026-06-13.',
  });
  expect(clampToDue(range, day('2026-06-10'), 1)).toMatchObject({
    reason: 'The account waits 1 day, so the import ends on 2026-06-09; 2026-06-10 is due on 2026-06-11.',
  });
  expect(clampToDue({ from: day('2026-06-08'), to: day('2026-06-10') }, day('2026-06-10'), 3)).toEqual({
    kind: 'nothing',
    reason:
      'The account waits 3 days, so none of the days is due yet; 2026-06-08 is due on 2026-06-11, 2026-06-10 on 2026-06-13.',
  });
});

test('several ranges span from the first day of any to the last of any', () => {
  expect(hullOf([])).toBeUndefined();
  const [early, late] = [
    { from: day('2026-01-05'), to: day('2026-02-01') },
    { from: day('2026-01-08'), to: day('2026-02-03') },
  ];
  expect(hullOf([late, early])).toEqual({ from: '2026-01-05', to: '2026-02-03' });
});
