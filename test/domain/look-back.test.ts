import { describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { checkLookBack } from '../../domain/choice.js';
import { blindCheckRange, correctedFrom, longestLookBack } from '../../domain/look-back.js';

const day = (text: string): Day => text as Day;

test.each([0, 1, 7, 30])('%d days back is a look-back', (days) => {
  expect(checkLookBack(days)).toEqual({ kind: 'ok', days });
});

test.each([-1, 31, 2.5, Number.NaN])('%d days back is refused with what is possible', (days) => {
  expect(checkLookBack(days)).toEqual({
    kind: 'invalid',
    reason: expect.stringMatching(/not possible; give whole days from 0 \(import each day once\) to 30/),
  });
});

test('where several grants read an account the longest look-back wins', () => {
  expect(longestLookBack([{ lookBack: 0 }, { lookBack: 14 }, { lookBack: 7 }])).toBe(14);
  expect(longestLookBack([])).toBe(0);
});

test('nothing is corrected with a look-back of 0, and the day that many days before the last due one otherwise', () => {
  expect(correctedFrom(day('2026-03-31'), 0)).toBeUndefined();
  expect(correctedFrom(day('2026-03-31'), 30)).toBe('2026-03-01');
});

test('corrections are looked for as far back as on the day when the feed was last heeded, and no less far than today', () => {
  expect(correctedFrom(day('2026-03-31'), 30, day('2026-01-31'))).toBe('2026-01-01');
  expect(correctedFrom(day('2026-03-31'), 30, day('2026-04-02'))).toBe('2026-03-01');
  expect(correctedFrom(day('2026-03-31'), 0, day('2026-01-31'))).toBeUndefined();
});

describe('a blind check', () => {
  const range = { from: day('2026-01-01'), to: day('2026-03-31') };
  const plan = (since: string | undefined, lookBack = 30, from = range.from) =>
    blindCheckRange({ range: { ...range, from }, lookBack, since: since === undefined ? undefined : day(since) });

  test('is due a week after the last one, whatever the weekday, and also much later', () => {
    expect(plan('2026-03-25')).toBeUndefined();
    expect(plan('2026-03-24')).toEqual({ from: '2026-03-02', to: '2026-03-31' });
    expect(plan('2026-01-05')).toEqual({ from: '2026-03-02', to: '2026-03-31' });
  });

  test('is not due before anything was imported, and never without corrections', () => {
    expect(plan(undefined)).toBeUndefined();
    expect(plan('2026-03-01', 0)).toBeUndefined();
  });

  test('reaches back as far as corrections are looked for, but not before the history', () => {
    expect(plan('2026-03-01', 5)).toEqual({ from: '2026-03-27', to: '2026-03-31' });
    expect(plan('2026-03-01', 30, day('2026-03-20'))).toEqual({ from: '2026-03-20', to: '2026-03-31' });
  });
});
