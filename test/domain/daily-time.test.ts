import { DateTime } from 'luxon';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { missesToday, scheduleTime, skippedTime } from '../../domain/daily-time.js';

const TODAY = '2026-01-15' as Day;

describe('a local time that a zone skips', () => {
  test('is found with its day and the jump, wherever summer begins', () => {
    expect(skippedTime('02:30', 'America/New_York', TODAY)).toEqual({ day: '2026-03-08', from: '02:00', to: '03:00' });
    expect(skippedTime('01:00', 'Europe/London', TODAY)).toEqual({ day: '2026-03-29', from: '01:00', to: '02:00' });
    expect(skippedTime('02:15', 'Australia/Sydney', TODAY)).toEqual({ day: '2026-10-04', from: '02:00', to: '03:00' });
    // Half an hour, and the very beginning of the day.
    expect(skippedTime('02:10', 'Australia/Lord_Howe', TODAY)).toMatchObject({ from: '02:00', to: '02:30' });
    expect(skippedTime('00:30', 'Africa/Cairo', TODAY)).toMatchObject({ from: '00:00', to: '01:00' });
  });

  test('is none just before and just after the jump, and where clocks never change', () => {
    for (const at of ['01:59', '03:00', '10:00']) expect(skippedTime(at, 'America/New_York', TODAY)).toBeUndefined();
    expect(skippedTime('02:30', 'Asia/Kolkata', TODAY)).toBeUndefined();
    expect(skippedTime('02:30', 'UTC', TODAY)).toBeUndefined();
  });

  test('is moved on to the first time after it, on every day, with the reason', () => {
    expect(scheduleTime('10:00', 'America/New_York', TODAY)).toEqual({ at: '10:00' });
    expect(scheduleTime('02:30', 'America/New_York', TODAY)).toEqual({
      at: '03:00',
      timeNote: 'chosen was 02:30, which does not exist on 2026-03-08 in America/New_York',
    });
  });

  test('never remains: whatever is chosen, the schedule has a time that exists on every day', () => {
    const zone = fc.constantFrom(
      'America/New_York',
      'Europe/London',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'Asia/Tokyo',
    );
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(zone, time, fc.nat(364), (zone, chosen, ahead) => {
        const { at } = scheduleTime(chosen, zone, TODAY);
        const day = DateTime.fromISO(TODAY).plus({ days: ahead }).toISODate() ?? '';
        expect(DateTime.fromISO(`${day}T${at}`, { zone }).toFormat('HH:mm')).toBe(at);
        expect(at >= chosen).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('changing the daily time', () => {
  // 12:00 in Berlin.
  const noon = '2026-01-15T11:00:00Z';
  const misses = (before: string, after: string) => missesToday(before, after, 'Europe/Berlin', noon);

  test('to one that has passed, before the old one came, would leave today out', () => {
    expect(misses('15:00', '10:00')).toBe(true);
    // It was due a moment ago, and the schedule may still be holding it back.
    expect(misses('11:55', '10:00')).toBe(true);
  });

  test('leaves nothing out when today has had its sync, or still gets it', () => {
    expect(misses('10:00', '09:00')).toBe(false);
    expect(misses('10:00', '15:00')).toBe(false);
    expect(misses('15:00', '14:00')).toBe(false);
    expect(misses('11:55', '11:55')).toBe(false);
  });
});
