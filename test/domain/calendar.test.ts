import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { countDays } from '../../domain/day-ranges.js';
import { addDays, type Day, dayFromNumber, dayNumber, parseDay, type Zone } from '../../domain/calendar.js';
import { dayOf, endOfRange, isKnownZone, startOfDay, statsBounds } from '../../domain/local-days.js';

const ZONES = [
  'America/Los_Angeles',
  'America/New_York',
  'Europe/London',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Australia/Sydney',
  'America/Sao_Paulo',
  // Its clock goes back over midnight, so that one day in the year has two.
  'Atlantic/Azores',
  'UTC',
] as const;

const HOUR = 3_600_000;
const anyDay = fc
  .integer({ min: dayNumber('2015-01-01' as Day), max: dayNumber('2035-12-31' as Day) })
  .map(dayFromNumber);
const anyZone = fc.constantFrom(...ZONES);

const hoursOf = (text: string, zone: Zone): number => {
  const day = text as Day;
  return (Date.parse(startOfDay(addDays(day, 1), zone)) - Date.parse(startOfDay(day, zone))) / HOUR;
};

/** The platform's own calendar, independent of the library that the domain uses. */
const platformDay = (millis: number, zone: Zone): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    millis,
  );

describe('days', () => {
  test('are days of the calendar, and nothing else', () => {
    expect(parseDay('2028-02-29')).toBe('2028-02-29');
    for (const wrong of ['2027-02-29', '2026-02-31', '2026-13-01', '2026-1-1', '26-01-01', '', '2026-01-01T00:00:00Z'])
      expect(parseDay(wrong)).toBeUndefined();
  });

  test('count like integers, in any zone', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 800 }), (day, days) => {
        const later = addDays(day, days);
        expect(countDays({ from: day, to: later })).toBe(days + 1);
        expect(addDays(later, -days)).toBe(day);
        expect(dayFromNumber(dayNumber(day))).toBe(day);
      }),
    );
  });
});

describe('local midnights', () => {
  test.each(ZONES)('in %s each day begins in itself, and ends where the next begins', (zone) => {
    expect(isKnownZone(zone)).toBe(true);
    fc.assert(
      fc.property(anyDay, (day) => {
        const start = Date.parse(startOfDay(day, zone));
        const end = Date.parse(endOfRange({ from: day, to: day }, zone));
        expect(dayOf(new Date(start).toISOString(), zone)).toBe(day);
        expect(dayOf(new Date(end - 1_000).toISOString(), zone)).toBe(day);
        expect(dayOf(new Date(end).toISOString(), zone)).toBe(addDays(day, 1));
        expect(platformDay(start, zone)).toBe(day);
        expect(platformDay(start - 1, zone)).toBe(addDays(day, -1));
        expect([23, 24, 25]).toContain((end - start) / HOUR);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['America/Los_Angeles', '2026-03-08', 23],
    ['America/Los_Angeles', '2026-11-01', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Europe/London', '2026-03-29', 23],
    ['Europe/London', '2026-10-25', 25],
    ['Australia/Sydney', '2026-04-05', 25],
    ['Australia/Sydney', '2026-10-04', 23],
    // Until 2019 the clock of São Paulo skipped midnight itself.
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['Atlantic/Azores', '2026-03-29', 23],
    ['Atlantic/Azores', '2026-10-25', 25],
    ['Asia/Tokyo', '2026-03-29', 24],
    ['Asia/Kolkata', '2026-10-25', 24],
  ] as const)('in %s the day %s has %d hours', (zone, day, hours) => {
    expect(hoursOf(day, zone)).toBe(hours);
  });

  test('where the clock skips midnight the day begins at one', () => {
    expect(startOfDay('2018-11-04' as Day, 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00Z');
  });

  test('of Kolkata stand at half past, as X wants them', () => {
    expect(startOfDay('2026-05-05' as Day, 'Asia/Kolkata')).toBe('2026-05-04T18:30:00Z');
  });

  test('of a zone that the platform does not know are refused', () => {
    expect(isKnownZone('Mars/Olympus')).toBe(false);
    expect(() => startOfDay('2026-05-05' as Day, 'Mars/Olympus')).toThrow(/Mars\/Olympus/);
    expect(() => dayOf('2026-05-05T00:00:00Z', 'Mars/Olympus')).toThrow(/Mars\/Olympus/);
  });
});

test("a stats job's bounds are whole local days, each bound with its own date's offset", () => {
  const range = { from: '2026-03-01' as Day, to: '2026-03-31' as Day };
  expect(statsBounds(range, 'America/New_York')).toEqual({
    start: '2026-03-01T05:00:00Z',
    end: '2026-04-01T04:00:00Z',
  });
  fc.assert(
    fc.property(anyZone, anyDay, fc.integer({ min: 1, max: 90 }), (zone, from, days) => {
      const to = addDays(from, days - 1);
      const { start, end } = statsBounds({ from, to }, zone);
      expect(dayOf(start, zone)).toBe(from);
      expect(start).toBe(startOfDay(from, zone));
      expect(end).toBe(startOfDay(addDays(to, 1), zone));
      expect(Math.round((Date.parse(end) - Date.parse(start)) / (24 * HOUR))).toBe(days);
    }),
  );
});

test('what is remembered of a zone is what the library says of each instant', () => {
  const anyInstant = fc.integer({ min: Date.parse('2015-01-01T00:00:00Z'), max: Date.parse('2035-12-31T00:00:00Z') });
  // Around both changes of the clock and around midnights, where a quarter of an hour may have two days.
  const nearMidnight = fc
    .tuple(anyDay, anyZone, fc.integer({ min: -2 * HOUR, max: 2 * HOUR }))
    .map(([day, zone, off]) => ({ zone, millis: Date.parse(startOfDay(day, zone)) + off }));
  const anywhere = fc.tuple(anyInstant, anyZone).map(([millis, zone]) => ({ zone, millis }));
  fc.assert(
    fc.property(fc.oneof(nearMidnight, anywhere), ({ zone, millis }) => {
      const instant = new Date(millis).toISOString();
      const expected = DateTime.fromISO(instant, { zone }).toISODate();
      expect(dayOf(instant, zone)).toBe(expected);
      expect(dayOf(instant, zone)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
