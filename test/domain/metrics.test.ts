import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import { factSeries, NAMED_METRICS, type EntityMetrics, type FactSeries } from '../../domain/metrics.js';

const daysFrom = (count: number): readonly Day[] =>
  Array.from({ length: count }, (_, i) => addDays('2026-02-27' as Day, i));

/** The plain reading of a series: one object per row, zeros left out. */
const rowsOf = ({ days, entities }: FactSeries) =>
  entities.flatMap(({ entityId, activeDays, named, more }) =>
    activeDays.map((i) => ({
      entityId,
      day: days[i],
      values: Object.fromEntries(
        [
          ...NAMED_METRICS.map((name, column) => [name, named[column]?.[i]] as const),
          ...more.map(([name, v]) => [name, v[i]] as const),
        ].filter(([, value]) => value !== undefined && value !== 0),
      ),
    })),
  );

test('null, absent and 0 are equal: a day without a number yields no row, an entity without one stays answered', () => {
  const series = factSeries(
    [
      { id: 'a', metrics: { impressions: [0, 5, 0], clicks: null, unknown_metric: [0, 0, 0] } },
      { id: 'b', metrics: { impressions: null } },
      { id: 'c', metrics: {} },
    ],
    daysFrom(3),
  );
  expect(series.entities.map(({ entityId }) => entityId)).toEqual(['a', 'b', 'c']);
  expect(series.rowCount).toBe(1);
  expect(rowsOf(series)).toEqual([{ entityId: 'a', day: '2026-02-28', values: { impressions: 5 } }]);
});

test('a metric without a column is kept by its name, alone on its day, too', () => {
  const series = factSeries([{ id: 'a', metrics: { 'conversion_custom.metric': [0, 3] } }], daysFrom(2));
  expect(rowsOf(series)).toEqual([{ entityId: 'a', day: '2026-02-28', values: { 'conversion_custom.metric': 3 } }]);
});

test('a file that does not fit its days, or answers an id twice, is refused', () => {
  const entity: EntityMetrics = { id: 'a', metrics: { impressions: [1, 2] } };
  expect(() => factSeries([entity], daysFrom(3))).toThrow('impressions of a has 2 values for 3 days');
  expect(() => factSeries([entity, entity], daysFrom(2))).toThrow('answered twice');
});

test('no value is lost and none is invented', () => {
  const value = fc.oneof(fc.constant(0), fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger());
  const name = fc.oneof(fc.constantFrom(...NAMED_METRICS), fc.stringMatching(/^[a-z_.]{1,12}$/));
  const file = fc.integer({ min: 1, max: 90 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      entities: fc.uniqueArray(
        fc.record({
          id: fc.stringMatching(/^[a-z0-9]{1,6}$/),
          metrics: fc.dictionary(name, fc.option(fc.array(value, { minLength: count, maxLength: count })), {
            maxKeys: 8,
          }),
        }),
        { maxLength: 6, selector: ({ id }) => id },
      ),
    }),
  );
  fc.assert(
    fc.property(file, ({ count, entities }) => {
      const days = daysFrom(count);
      const expected = entities.flatMap(({ id, metrics }) =>
        days.flatMap((day, i) => {
          const values = Object.fromEntries(
            Object.entries(metrics).flatMap(([metric, series]) =>
              series && series[i] !== 0 ? [[metric, series[i]]] : [],
            ),
          );
          return Object.keys(values).length === 0 ? [] : [{ entityId: id, day, values }];
        }),
      );
      const series = factSeries(entities, days);
      expect(rowsOf(series)).toEqual(expected);
      expect(series.rowCount).toBe(expected.length);
    }),
  );
});
