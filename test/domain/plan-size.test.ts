import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayFromNumber, dayNumber } from '../../domain/calendar.js';
import type { Day, DayRange } from '../../domain/calendar.js';
import { joinRanges, subtractRanges } from '../../domain/day-ranges.js';
import { keepApart } from '../../domain/pack-apart.js';
import { planRange } from '../../domain/plan.js';
import { planSlices } from '../../domain/slice.js';
import { firstFit } from './packings.js';
import { flightedAds } from './flighted-ads.js';

const FIRST = dayNumber('2025-11-23' as Day);
const span = (from: number, days: number): DayRange => ({
  from: dayFromNumber(FIRST + from),
  to: dayFromNumber(FIRST + from + days - 1),
});

/** Of four times the ads: comparing each ad with each other takes sixteen times as long, planning a little over four. */
const MOST_GROWTH = 10;

/** CPU time of planning a year of so many flighted ads, in microseconds. */
const cpuOfPlanning = (ads: number, held: boolean): number => {
  const given = flightedAds(ads, { held });
  const before = process.cpuUsage();
  expect(planRange(given).slices.length).toBeGreaterThan(ads / 10);
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

test.each([
  ['nothing else reads', false],
  ['another run holds days of each', true],
])('a year of 4,000 flighted ads of which %s is planned without comparing each with each', (_name, held) => {
  const small = cpuOfPlanning(1_000, held);
  expect(cpuOfPlanning(4_000, held) / small).toBeLessThan(MOST_GROWTH);
});

const someDays = fc
  .tuple(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 1, max: 70 }))
  .map(([from, days]) => span(from, days));
const someRanges = fc.array(someDays, { maxLength: 3 }).map(joinRanges);

test('claims that must be kept apart go where searching all slices from the first would put them', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ needed: someRanges, read: someRanges }), { maxLength: 60 }), (ads) => {
      const needs = ads.map(({ needed }, i) => ({ entityId: `e${i}`, ranges: needed }));
      const known = new Map(ads.map(({ needed, read }, i) => [`e${i}`, subtractRanges(read, needed)]));
      const slices = planSlices(needs);
      expect(keepApart(slices, known)).toEqual(firstFit(slices, known));
    }),
    { numRuns: 150 },
  );
});
