import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedResponse } from '../../x-ads/errors/index.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';
import { numbersOf } from './support/file-reading.js';
import { ANSWERS, FRACTION, isRecord, LONG, marked, meantBy, odd, SEED, spoilt, textOf } from './support/mutations.js';

const DAYS = 4;
const value = fc.oneof(
  { weight: 12, arbitrary: fc.nat(1_000) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, marked(LONG), marked(FRACTION), LONG, -3) },
  { weight: 1, arbitrary: odd },
);
const series = fc.oneof(
  { weight: 8, arbitrary: fc.array(value, { minLength: DAYS, maxLength: DAYS }) as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.array(value, { maxLength: DAYS + 2 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: odd },
);
const metrics = fc.dictionary(
  fc.constantFrom('impressions', 'billed_charge_local_micro', 'clicks', 'a_metric_of_tomorrow'),
  series,
);
const entry = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      id: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('e1', 'e2', 'e3', 'e4') as fc.Arbitrary<unknown> }, odd),
      id_data: fc.oneof(
        { weight: 8, arbitrary: metrics.map((each) => [{ segment: null, metrics: each }]) as fc.Arbitrary<unknown> },
        { weight: 1, arbitrary: metrics.map((each) => [{ metrics: each }, { metrics: each }]) },
        { weight: 1, arbitrary: metrics.map((each) => [{ segment: { a: 1 }, metrics: each }]) },
        { weight: 1, arbitrary: odd },
      ),
    }) as fc.Arbitrary<unknown>,
  },
  { weight: 1, arbitrary: odd },
);

test('a mutated result file is read id by id with all digits, each odd id is named with its reason, or the file is refused', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), spoilt, (data, spoil) => {
      const whole = textOf({ time_series_length: DAYS, data });
      const text = spoil(whole);
      let stats: ReturnType<typeof parseStatsFile> | undefined;
      try {
        stats = parseStatsFile(text);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedResponse);
      }
      expect(stats === undefined).toBe(text !== whole);
      if (stats === undefined) return;
      const isTheOnly = (id: unknown): boolean =>
        data.filter((each) => isRecord(each) && meantBy(each['id']) === id).length === 1;
      const ids = new Set(['e1', 'e2', 'e3', 'e4']);
      const expected: Record<string, unknown> = {};
      const unreadable = new Set<unknown>();
      for (const each of data) {
        const id = isRecord(each) ? meantBy(each['id']) : undefined;
        if (!isRecord(each) || typeof id !== 'string' || !ids.has(id)) continue;
        const numbers = isTheOnly(id) ? numbersOf(each['id_data'], DAYS) : undefined;
        if (numbers === undefined) unreadable.add(id);
        else expected[id] = numbers;
      }
      const read = Object.fromEntries(
        stats.entities
          .filter(({ id }) => ids.has(id))
          .map(({ id, metrics: found }) => [
            id,
            Object.fromEntries(
              Object.entries(found).map(([name, numbers]) => [name, numbers === null ? null : numbers.map(String)]),
            ),
          ]),
      );
      expect(read).toEqual(expected);
      expect(new Set(stats.unreadable.map(({ id }) => id).filter((id) => ids.has(id)))).toEqual(unreadable);
    }),
    { seed: SEED, numRuns: Math.ceil(ANSWERS * 0.4) },
  );
});
