import { expect, test } from 'vitest';
import { MalformedResponse } from '../../x-ads/errors/index.js';
import { parseJson } from '../../x-ads/json.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';

const params = { entity: 'LINE_ITEM', placement: 'ALL_ON_TWITTER', granularity: 'DAY', segmentation_type: null };
const fileOf = (metrics: unknown, overrides: object = {}): string =>
  JSON.stringify({
    data_type: 'stats',
    time_series_length: 2,
    data: [{ id: 'aaaa1', id_data: [{ segment: null, metrics }] }],
    request: { params },
    ...overrides,
  });

test('series are kept, conversion objects flattened, unknown metrics welcome', () => {
  const stats = parseStatsFile(
    fileOf({
      impressions: [71710, 56602],
      follows: null,
      something_new: [1, -2],
      conversion_purchases: { order_quantity_view: [3, 4], metric: null },
    }),
  );
  expect(stats.timeSeriesLength).toBe(2);
  expect(stats.params).toEqual(params);
  expect(stats.entities).toEqual([
    {
      id: 'aaaa1',
      metrics: {
        impressions: [71710, 56602],
        follows: null,
        something_new: [1, -2],
        'conversion_purchases.order_quantity_view': [3, 4],
        'conversion_purchases.metric': null,
      },
    },
  ]);
});

test('a buffer reads as its text does; a null among numbers is a zero', () => {
  const text = fileOf({ clicks: [null, 5], conversion_sign_ups: null });
  expect(parseStatsFile(Buffer.from(text))).toEqual(parseStatsFile(text));
  expect(parseStatsFile(text).entities[0]?.metrics).toEqual({ clicks: [0, 5], conversion_sign_ups: null });
});

test('an id without id_data has no metrics; no data is no entities', () => {
  expect(parseStatsFile(fileOf({}, { data: [{ id: 'a', id_data: [] }] })).entities).toEqual([{ id: 'a', metrics: {} }]);
  expect(parseStatsFile(fileOf({}, { data: [] })).entities).toEqual([]);
});

test.each([
  ['a series that is too short', fileOf({ clicks: [1] })],
  ['a series that is too long', fileOf({ clicks: [1, 2, 3] })],
  ['a fraction', fileOf({ clicks: [1, 2.5] })],
  ['digits as text', fileOf({ clicks: [1, '2'] })],
  ['a number for a series', fileOf({ clicks: 7 })],
  ['an array within a series', fileOf({ clicks: [1, [2]] })],
  ['an integer that a double cannot hold', fileOf({ clicks: [1, 2] }).replace('[1,2]', '[1,9007199254740993]')],
  ['a conversion part of the wrong length', fileOf({ conversion_custom: { metric: [1] } })],
  ['an object two levels down', fileOf({ conversion_custom: { metric: { a: [1, 2] } } })],
  ['a metric named __proto__', fileOf({ clicks: [1, 2] }).replace('clicks', '__proto__')],
  ['a segment', fileOf({}, { data: [{ id: 'a', id_data: [{ segment: { segment_name: 'x' }, metrics: {} }] }] })],
  ['two id_data', fileOf({}, { data: [{ id: 'a', id_data: [{ segment: null, metrics: {} }, { metrics: {} }] }] })],
  [
    'an id twice',
    fileOf(
      {},
      {
        data: [
          { id: 'a', id_data: [] },
          { id: 'a', id_data: [] },
        ],
      },
    ),
  ],
  ['an entry without id', fileOf({}, { data: [{ id_data: [] }] })],
  ['an entry without id_data', fileOf({}, { data: [{ id: 'a' }] })],
  ['null as an entry', fileOf({}, { data: [null] })],
  ['no metrics', fileOf(null)],
  ['metrics as an array', fileOf([[1, 2]])],
  ['no data', fileOf({}, { data: undefined })],
  ['no length', fileOf({}, { time_series_length: undefined })],
  ['a length that is not whole', fileOf({}, { time_series_length: 1.5 })],
  ['a page', '<html>'],
  ['half a file', fileOf({ clicks: [1, 2] }).slice(0, 60)],
  ['null', 'null'],
])('%s is malformed', (_, text) => {
  expect(() => parseStatsFile(text)).toThrow(MalformedResponse);
});

test('a full file of 20 ids, 90 days and 80 series is read in well under a tenth of a second', () => {
  const days = Array.from({ length: 90 }, (_, day) => day * 1_000_003);
  const metrics = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`metric_${i}`, days]));
  const data = Array.from({ length: 20 }, (_, i) => ({ id: `id${i}`, id_data: [{ segment: null, metrics }] }));
  const text = JSON.stringify({ time_series_length: 90, data, request: { params } });
  parseStatsFile(text);
  // Of the processor's time, so that a busy machine changes nothing.
  const start = process.cpuUsage();
  for (let i = 0; i < 5; i++) parseStatsFile(text);
  const { user, system } = process.cpuUsage(start);
  const perFile = (user + system) / 1_000 / 5;
  expect(perFile).toBeLessThan(100);
});

test.each([
  ['{"id":1120829647711653888}', { id: '1120829647711653888' }],
  [
    '{"id":-1120829647711653888, "n":[1120829647711653889,2]}',
    { id: '-1120829647711653888', n: ['1120829647711653889', 2] },
  ],
  ['{"id":9007199254740991}', { id: 9007199254740991 }],
  [
    '{"a":"1120829647711653888","b":": 1120829647711653888,\\" 1120829647711653888"}',
    { a: '1120829647711653888', b: ': 1120829647711653888," 1120829647711653888' },
  ],
  ['[0.12345678901234567, 1120829647711653888]', [Number('0.12345678901234567'), '1120829647711653888']],
  ['[12345678901234567.5]', [Number('12345678901234567.5')]],
])('long integers in %s stay exact', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});
