import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENOUGH_DAYS, settlingBand, settlingForecasts, type SettledDay, waitAdvice } from '../../domain/outlook.js';

const moves = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: ENOUGH_DAYS, maxLength: 200 });
const counts = (spend: number) => ({ spend, impressions: spend, clicks: 0 });
const dayOf = (daysAfter: number, stored: number, final: number, currency = 'EUR'): SettledDay => ({
  currency,
  daysAfter,
  stored: counts(stored),
  final: counts(final),
});
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
/** `percent` is how far the days of an age reach up and down. */
const days = (percents: Readonly<Record<number, number>>, n = 40): readonly SettledDay[] =>
  Object.entries(percents).flatMap(([age, percent]) =>
    times(n, (i) => dayOf(Number(age), 10_000, 10_000 + (((i % 5) - 2) / 2) * 100 * percent)),
  );

test('under thirty days of evidence nothing is said', () => {
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: ENOUGH_DAYS - 1 }), (some, n) => {
      expect(settlingBand(some.slice(0, n))).toBeUndefined();
      expect(settlingForecasts(some.slice(0, n).map((move) => dayOf(1, 1000, 1000 * (1 + move))))).toEqual([]);
    }),
  );
});

test('the band has at least four of five days of what it rests on, ends where days ended, and is the same in any order', () => {
  fc.assert(
    fc.property(moves, (some) => {
      const band = settlingBand(some);
      if (band === undefined) throw new Error('no band');
      const within = some.filter((move) => move >= band.low && move <= band.high);
      expect(within.length).toBeGreaterThanOrEqual(0.8 * some.length);
      expect(some).toContain(band.low);
      expect(some).toContain(band.high);
      expect(settlingBand(some.toReversed())).toEqual(band);
    }),
  );
});

test('of any days left out in turn, four of five end in the band of the others', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 40, maxLength: 80 }),
      (all) => {
        const held = all.filter((move, i) => {
          const band = settlingBand(all.filter((_, other) => other !== i));
          return band !== undefined && move >= band.low && move <= band.high;
        });
        expect(held.length / all.length).toBeGreaterThanOrEqual(0.79);
      },
    ),
  );
});

test('a forecast says where the final number lies, how much of it is there, and when it stands still', () => {
  const forecasts = settlingForecasts(days({ 1: 3, 2: 3, 3: 1, 4: 0, 5: 0 }));
  expect(forecasts.filter(({ metric }) => metric === 'spend')).toMatchObject([
    { currency: 'EUR', daysAfter: 1, low: -0.03, high: 0.03, within: 3, days: 40, share: 1 },
    { daysAfter: 2, within: 2 },
    { daysAfter: 3, low: -0.01, within: 1 },
    { daysAfter: 4, low: 0, high: 0, within: 0 },
    { daysAfter: 5, within: 0 },
  ]);
  // Clicks were 0 on all days, of which nothing is a share.
  expect(new Set(forecasts.map(({ metric }) => metric))).toEqual(new Set(['spend', 'impressions']));
  const grown = settlingForecasts(times(40, () => dayOf(1, 800, 1000)));
  expect(grown[0]).toMatchObject({ share: 0.8, low: 0.25, high: 0.25, within: 29 });
});

test('currencies are told apart', () => {
  const mixed = [...times(40, () => dayOf(1, 100, 100, 'EUR')), ...times(29, () => dayOf(1, 100, 200, 'USD'))];
  expect(new Set(settlingForecasts(mixed).map(({ currency }) => currency))).toEqual(new Set(['EUR']));
});

test.each([
  ['a number that moves and then stands', { 1: 3, 3: 0.5 }, 3],
  ['a number that hardly moves', { 1: 0.5, 3: 0 }, 1],
  ['a number that moves as much on the third day', { 1: 3, 3: 3 }, 1],
  ['days that were never read so early', { 3: 1, 4: 1 }, undefined],
  ['days that were read once only', { 1: 3 }, undefined],
])('the wait that is worth it: %s', (_, percents, wait) => {
  const advice = waitAdvice(settlingForecasts(days(percents)));
  expect(advice?.wait).toBe(wait);
  if (wait !== undefined) expect(advice).toMatchObject({ currency: 'EUR', metric: 'spend', after1: { days: 40 } });
});
