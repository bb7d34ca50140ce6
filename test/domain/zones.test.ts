import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastDueDay } from '../../domain/due.js';
import { countDays } from '../../domain/day-ranges.js';
import { activeDays, feedWindows, missingWindows } from '../../domain/feed-windows.js';
import { addDays, type Day, dayFromNumber, dayNumber, type ZonePeriod } from '../../domain/calendar.js';
import { dayOf, endOfRange, startOfDay, statsBounds } from '../../domain/local-days.js';
import { cutAtSwitches, type ObservedZone, switchBetween, zonesAfter } from '../../domain/zones.js';

const DAY = 86_400_000;
const day = (text: string): Day => text as Day;
const seen = (zone: string, observedAt: string, switchAt: string | null = null): ObservedZone => ({
  zone,
  switchAt,
  createdAt: '2020-01-15T18:00:00Z',
  observedAt,
});
const always = (zone: string): ZonePeriod => ({ zone, since: null, firstDay: null });

const east = zonesAfter(
  [always('America/Los_Angeles')],
  seen('Asia/Tokyo', '2026-03-10T01:00:00Z', '2026-03-09T15:00:00Z'),
);
const west = zonesAfter(
  [always('Asia/Tokyo')],
  seen('America/Los_Angeles', '2026-03-11T01:00:00Z', '2026-03-10T07:00:00Z'),
);

const ZONES = ['America/Los_Angeles', 'America/Sao_Paulo', 'Europe/London', 'Asia/Kolkata', 'Asia/Tokyo', 'UTC'];
/** Two or three zones, each from the midnight of a day of its own. */
const histories = fc
  .tuple(
    fc.shuffledSubarray(ZONES, { minLength: 2, maxLength: 3 }),
    fc.integer({ min: dayNumber(day('2018-01-01')), max: dayNumber(day('2026-12-31')) }),
    fc.integer({ min: 3, max: 120 }),
  )
  .map(([zones, first, apart]) =>
    zones.reduce<readonly ZonePeriod[]>((periods, zone, i) => {
      const at = startOfDay(dayFromNumber(first + i * apart), zone);
      const observedAt = new Date(Date.parse(at) + DAY).toISOString();
      return zonesAfter(periods, seen(zone, observedAt, i === 0 ? null : at));
    }, []),
  );
const switchDay = (zones: readonly ZonePeriod[]): number => dayNumber(zones[1]?.firstDay ?? day('2020-01-01'));

describe('the days of an account that switched its zone', () => {
  test('before the switch they have the midnights of the old zone, from it on those of the new one', () => {
    expect(east[1]).toEqual({ zone: 'Asia/Tokyo', since: '2026-03-09T15:00:00Z', firstDay: '2026-03-10' });
    expect(startOfDay(day('2026-03-08'), east)).toBe('2026-03-08T08:00:00Z');
    // The clocks of Los Angeles changed on the 8th.
    expect(startOfDay(day('2026-03-09'), east)).toBe('2026-03-09T07:00:00Z');
    expect(startOfDay(day('2026-03-10'), east)).toBe('2026-03-09T15:00:00Z');
    expect(startOfDay(day('2026-03-11'), east)).toBe('2026-03-10T15:00:00Z');
    expect(statsBounds({ from: day('2026-02-01'), to: day('2026-03-08') }, east)).toEqual({
      start: '2026-02-01T08:00:00Z',
      end: '2026-03-09T07:00:00Z',
    });
  });

  test('going east the day before ends with the switch; going west hours are left over, and no day reaches into them', () => {
    expect(endOfRange({ from: day('2026-03-09'), to: day('2026-03-09') }, east)).toBe('2026-03-09T15:00:00Z');
    expect(endOfRange({ from: day('2026-03-09'), to: day('2026-03-09') }, west)).toBe('2026-03-09T15:00:00Z');
    expect(startOfDay(day('2026-03-10'), west)).toBe('2026-03-10T07:00:00Z');
    expect(dayOf('2026-03-09T14:59:59Z', west)).toBe('2026-03-09');
    expect(dayOf('2026-03-09T20:00:00Z', west)).toBe('2026-03-10');
  });

  test('never overlap, and each begins and ends within itself', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: -4, max: 250 }), (zones, offset) => {
        const one = dayFromNumber(switchDay(zones) + offset);
        const [start, end] = [startOfDay(one, zones), endOfRange({ from: one, to: one }, zones)];
        expect(Date.parse(end)).toBeGreaterThan(Date.parse(start));
        expect(Date.parse(startOfDay(addDays(one, 1), zones))).toBeGreaterThanOrEqual(Date.parse(end));
        expect(dayOf(start, zones)).toBe(one);
        expect(activeDays(start, end, zones)).toEqual({ from: one, to: one });
      }),
    );
  });

  test('are due by the zone that was in force when the sync was', () => {
    expect(lastDueDay('2026-03-09T14:59:59Z', east, 1)).toBe('2026-03-08');
    expect(lastDueDay('2026-03-09T15:00:00Z', east, 1)).toBe('2026-03-09');
    expect(lastDueDay('2026-03-10T08:00:00Z', west, 1)).toBe('2026-03-09');
    expect(lastDueDay('2026-03-11T08:00:00Z', west, 3)).toBe('2026-03-08');
  });

  test('are asked about without a gap, from the old midnight of a day before the switch', () => {
    const range = { from: day('2026-03-01'), to: day('2026-03-12') };
    const windows = feedWindows(range, east, '2026-03-20T00:30:00Z');
    expect(windows).toEqual([{ from: '2026-03-01T08:00:00Z', to: '2026-03-20T01:00:00Z' }]);
    const told = [{ from: '2026-03-01T08:00:00Z', until: '2026-03-09T10:00:00Z' }];
    expect(missingWindows(range.from, east, '2026-03-10T00:30:00Z', told)).toEqual([
      { from: '2026-03-09T10:00:00Z', to: '2026-03-10T01:00:00Z' },
    ]);
  });
});

describe('jobs at a switch', () => {
  test('do not cross it, and the short day goes alone', () => {
    const range = { from: day('2026-03-01'), to: day('2026-03-20') };
    expect(cutAtSwitches(range, east)).toEqual([
      { from: '2026-03-01', to: '2026-03-08' },
      { from: '2026-03-09', to: '2026-03-09' },
      { from: '2026-03-10', to: '2026-03-20' },
    ]);
    expect(cutAtSwitches(range, west)).toEqual([
      { from: '2026-03-01', to: '2026-03-09' },
      { from: '2026-03-10', to: '2026-03-20' },
    ]);
    expect(cutAtSwitches(range, [always('UTC')])).toEqual([range]);
  });

  test('together cover each day once, and each is a whole number of days in one zone', () => {
    const spans = fc.tuple(fc.integer({ min: -40, max: 200 }), fc.integer({ min: 0, max: 120 }));
    fc.assert(
      fc.property(histories, spans, (zones, [offset, length]) => {
        const from = dayFromNumber(switchDay(zones) + offset);
        const range = { from, to: addDays(from, length) };
        const parts = cutAtSwitches(range, zones);
        expect(parts.reduce((sum, part) => sum + countDays(part), 0)).toBe(countDays(range));
        expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([range.from, range.to]);
        for (const [i, part] of parts.entries()) {
          if (i > 0) expect(part.from).toBe(addDays(parts[i - 1]?.to ?? from, 1));
          const { start, end } = statsBounds(part, zones);
          expect(zones.some(({ since }) => since !== null && start < since && since < end)).toBe(false);
        }
      }),
    );
  });
});

describe('the zones that an account has had', () => {
  test('are one, however often it is seen', () => {
    const first = zonesAfter([], seen('Europe/Prague', '2026-01-01T00:00:00Z', '2013-05-21T22:00:00Z'));
    expect(first).toEqual([always('Europe/Prague')]);
    expect(zonesAfter(first, seen('Europe/Prague', '2026-02-01T00:00:00Z', '2013-05-21T22:00:00Z'))).toBe(first);
    expect(zonesAfter([], seen('UTC', '2026-01-01T00:00:00Z', '2020-01-15T00:00:00Z'))).toEqual([always('UTC')]);
  });

  test('begin with the one that X documents, where an account moved before anybody looked', () => {
    expect(zonesAfter([], seen('Asia/Tokyo', '2026-06-01T00:00:00Z', '2026-03-09T15:00:00Z'))).toEqual(east);
  });

  test('grow by one that X does not date from the day on which it was seen', () => {
    const old = [always('Europe/Prague')];
    const undated = zonesAfter(old, seen('UTC', '2026-05-05T10:00:00Z'));
    expect(undated[1]).toEqual({ zone: 'UTC', since: '2026-05-05T00:00:00Z', firstDay: '2026-05-05' });
    const stale = zonesAfter(undated, seen('Asia/Tokyo', '2026-07-01T10:00:00Z', '2026-05-04T15:00:00Z'));
    expect(stale[2]).toEqual({ zone: 'Asia/Tokyo', since: '2026-06-30T15:00:00Z', firstDay: '2026-07-01' });
  });

  test('are left alone by a zone that this platform does not know, and by an announcement', () => {
    const old = [always('Europe/Prague')];
    expect(zonesAfter(old, seen('Mars/Olympus_Mons', '2026-05-05T10:00:00Z'))).toBe(old);
    const announced = zonesAfter(old, seen('UTC', '2026-05-05T10:00:00Z', '2026-06-01T00:00:00Z'));
    expect(announced[1]?.since).toBe('2026-05-05T00:00:00Z');
  });
});

const told = (zones: readonly ZonePeriod[]) => {
  const [before, after] = zones;
  return before && after && switchBetween(before, after);
};

test('a switch is told with the day that it makes odd', () => {
  expect(told(east)).toEqual({
    day: '2026-03-09',
    note:
      'X moved the account from America/Los_Angeles to Asia/Tokyo at 2026-03-09T15:00:00Z: this day ended then, after 8 hours, ' +
      'and X has a data gap in it',
  });
  expect(told(west)).toEqual({
    day: '2026-03-10',
    note:
      'X moved the account from Asia/Tokyo to America/Los_Angeles at 2026-03-10T07:00:00Z, with which this day began; ' +
      'the 16 hours before it belong to no day, and X has a data gap there',
  });
  const near = zonesAfter(
    [always('Europe/London')],
    seen('Europe/Lisbon', '2026-03-11T01:00:00Z', '2026-03-10T00:00:00Z'),
  );
  expect(told(near)?.note).toContain('no hour is missing');
});
