import { describe, expect, it } from 'vitest';
import { calendarOfTrouble, FEWEST_DAYS } from '../../bench/soak/calendar-of-trouble.js';
import { dueTimeOf, syncTimeOf } from '../../bench/soak/due-times.js';

const ZONES = [
  'America/Los_Angeles',
  'America/Denver',
  'Pacific/Auckland',
  'Europe/London',
  'Asia/Kolkata',
  'Australia/Sydney',
  'UTC',
];

describe('the calendar of trouble', () => {
  const calendars = [FEWEST_DAYS, 40, 100, 365].flatMap((days) =>
    Array.from({ length: 40 }, (_, seed) => ({ days, ...calendarOfTrouble(days, 8, seed) })),
  );

  it('has three deaths of different tokens, each healed on a day that is not slept through, before the end', () => {
    for (const { days, deaths, asleep } of calendars) {
      expect(new Set(deaths.map(({ subject }) => subject)).size).toBe(3);
      for (const { day, healed } of deaths) {
        expect([1 <= day, day < healed, healed <= days]).toEqual([true, true, true]);
        expect(healed < asleep.from || day > asleep.to).toBe(true);
      }
    }
  });

  it('sleeps for a week, and looks back at ten moments of different days', () => {
    for (const { days, asleep, looks } of calendars) {
      expect(asleep.to - asleep.from + 1).toBe(7);
      expect(asleep.to).toBeLessThan(days);
      expect(new Set(looks.map(({ day }) => day)).size).toBe(10);
      expect(looks.every(({ day }) => day >= 1 && day < days)).toBe(true);
    }
  });

  it('moves one account to another zone, after some days and before the sleep', () => {
    for (const { days, asleep, zoneSwitch } of calendars) {
      expect(zoneSwitch.day).toBeGreaterThan(days / 5);
      expect(zoneSwitch.day).toBeLessThan(asleep.from);
    }
    expect(new Set(calendars.map(({ zoneSwitch }) => zoneSwitch.zone)).size).toBe(4);
    expect(new Set(calendars.map(({ zoneSwitch }) => zoneSwitch.subject)).size).toBe(8);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(calendarOfTrouble(365, 8, 1)).toEqual(calendarOfTrouble(365, 8, 1));
    expect(calendarOfTrouble(365, 8, 1)).not.toEqual(calendarOfTrouble(365, 8, 2));
  });
});

describe('the mornings of a soak', () => {
  it('are at ten of the local clock on every day, also when it is changed', () => {
    for (const zone of ZONES) {
      for (let day = 0; day <= 365; day += 1) {
        const local = new Date(dueTimeOf(day, zone)).toLocaleTimeString('en-GB', { timeZone: zone });
        expect(local).toBe('10:00:00');
      }
    }
  });

  it('come when every schedule was due, a little short of a day apart at least, and moments looked at lie between', () => {
    const { looks } = calendarOfTrouble(365, 5, 3);
    for (let day = 0; day < 365; day += 1) {
      const [now, next] = [day, day + 1].map((each) => Date.parse(syncTimeOf(each, 3)));
      expect(ZONES.every((zone) => Date.parse(dueTimeOf(day, zone)) < (now ?? 0))).toBe(true);
      const look = looks.find((each) => each.day === day);
      expect((now ?? 0) + (look?.seconds ?? 0) * 1_000).toBeLessThan(next ?? 0);
    }
  });
});
