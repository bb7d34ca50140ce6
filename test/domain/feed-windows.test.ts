import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueDays, lastDueDay } from '../../domain/due.js';
import { activeDays, feedWindows, missingWindows } from '../../domain/feed-windows.js';
import { RESTATED_DAYS } from '../../domain/choice.js';
import { addDays, type Day, dayFromNumber, dayNumber } from '../../domain/calendar.js';
import { endOfRange, startOfDay } from '../../domain/local-days.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const zones = fc.constantFrom(
  'America/Los_Angeles',
  'Europe/London',
  'Asia/Kolkata',
  'Australia/Sydney',
  'America/Sao_Paulo',
  'UTC',
);
const ranges = fc
  .tuple(
    fc.integer({ min: dayNumber('2017-01-01' as Day), max: dayNumber('2027-01-01' as Day) }),
    fc.integer({ min: 1, max: 366 }),
  )
  .map(([from, days]) => ({ from: dayFromNumber(from), to: dayFromNumber(from + days - 1) }));

const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

test('the windows cover all that was recorded of the range until now, in whole hours, gapless, 90 days at most', () => {
  fc.assert(
    fc.property(zones, ranges, fc.integer({ min: 0, max: 500 * DAY }), (zone, range, since) => {
      const begin = Date.parse(startOfDay(range.from, zone));
      const now = Math.floor((begin + since) / 1_000) * 1_000;
      const windows = feedWindows(range, zone, instant(now));
      const times = windows.map(({ from, to }) => [Date.parse(from), Date.parse(to)] as const);
      for (const [from, to] of times) {
        expect(from % HOUR).toBe(0);
        expect(to % HOUR).toBe(0);
        expect(to).toBeGreaterThan(from);
        expect(to - from).toBeLessThanOrEqual(90 * DAY);
      }
      for (const [i, [from]] of times.entries()) if (i > 0) expect(from).toBe(times[i - 1]?.[1]);
      const settled = Date.parse(endOfRange({ from: range.from, to: addDays(range.to, RESTATED_DAYS) }, zone));
      const wanted = Math.min(now, settled);
      const [first, last] = [times.at(0), times.at(-1)];
      if (wanted > begin) {
        expect(first?.[0]).toBeLessThanOrEqual(begin);
        expect(last?.[1]).toBeGreaterThanOrEqual(wanted);
      }
      // No more than is needed: the hours that were widened, and of X's now the hour that it is in, also at its first moment.
      if (first) expect(begin - first[0]).toBeLessThan(HOUR);
      const end = now < settled ? Math.min(now - (now % HOUR) + HOUR, Math.ceil(settled / HOUR) * HOUR) : undefined;
      if (last && end !== undefined) expect(last[1]).toBe(end);
      else if (last) expect(last[1] - wanted).toBeLessThan(HOUR);
    }),
  );
});

test('at noon sharp the window ends after noon: what is recorded in that moment is told at once, and not a day later', () => {
  const range = { from: '2026-11-20' as Day, to: '2026-11-22' as Day };
  expect(feedWindows(range, 'UTC', '2026-11-23T12:00:00Z').at(-1)?.to).toBe('2026-11-23T13:00:00Z');
  const told = [{ from: '2026-11-20T00:00:00Z', until: '2026-11-23T09:00:00Z' }];
  expect(missingWindows(range.from, 'UTC', '2026-11-23T12:00:00Z', told)).toEqual([
    { from: '2026-11-23T09:00:00Z', to: '2026-11-23T13:00:00Z' },
  ]);
});

test('a year is asked in few windows', () => {
  const range = { from: '2025-11-23' as Day, to: '2026-11-22' as Day };
  expect(feedWindows(range, 'Asia/Kolkata', '2026-11-23T12:34:56Z')).toHaveLength(5);
});

const days = (from: string, to: string, zone = 'UTC') => activeDays(from, to, zone);

test('an activity touches the days from its first to its last moment; its end is exclusive', () => {
  expect(days('2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z')).toEqual({ from: '2026-05-01', to: '2026-05-01' });
  expect(days('2026-05-01T23:59:59Z', '2026-05-02T00:00:01Z')).toEqual({ from: '2026-05-01', to: '2026-05-02' });
  expect(days('2026-05-01T18:29:59Z', '2026-05-01T18:30:01Z', 'Asia/Kolkata')).toEqual({
    from: '2026-05-01',
    to: '2026-05-02',
  });
  // X may name a moment: it is a day all the same.
  expect(days('2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z')).toEqual({ from: '2026-05-01', to: '2026-05-01' });
});

test('whole local days are touched by exactly themselves, in days of 23 and 25 hours too', () => {
  fc.assert(
    fc.property(zones, ranges, (zone, range) => {
      expect(activeDays(startOfDay(range.from, zone), endOfRange(range, zone), zone)).toEqual(range);
    }),
  );
});

test('the last due day is the local day less the wait', () => {
  expect(lastDueDay('2026-11-23T07:59:59Z', 'America/Los_Angeles', 1)).toBe('2026-11-21');
  expect(lastDueDay('2026-11-23T08:00:00Z', 'America/Los_Angeles', 1)).toBe('2026-11-22');
  expect(lastDueDay('2026-11-23T08:00:00Z', 'America/Los_Angeles', 3)).toBe('2026-11-20');
});

test('the days that are due begin with what is wanted, or the first day of the account, and end with the wait', () => {
  const asked = { from: '2026-11-01' as Day, zones: 'America/Los_Angeles', wait: 3 };
  const now = '2026-11-23T07:59:59Z';
  expect(dueDays({ ...asked, createdAt: null }, now)).toEqual({ from: '2026-11-01', to: '2026-11-19' });
  expect(dueDays({ ...asked, createdAt: '2026-10-01T00:00:00Z' }, now).from).toBe('2026-11-01');
  expect(dueDays({ ...asked, createdAt: '2026-11-10T07:59:59Z' }, now).from).toBe('2026-11-09');
});
