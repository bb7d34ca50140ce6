import { expect, test } from 'vitest';
import { MalformedResponse } from '../../x-ads/errors/index.js';
import { parseJson } from '../../x-ads/json.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';

const params = { entity: 'LINE_ITEM', placement: 'ALL_ON_TWITTER', granularity: 'DAY', segmentation_type: null };
/** What the caller compares; the rest of the echo is not read. */
const echo = { entity: 'LINE_ITEM', placement: 'ALL_ON_TWITTER' };
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
  expect(stats.params).toEqual(echo);
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

test('a number that a double does not hold is kept in its digits, and one that it holds as a number', () => {
  const text = fileOf({ clicks: 'SERIES', conversion_purchases: { sale_amount: [0, 19.9] } }).replace(
    '"SERIES"',
    '[9007199254740993, 1.50e1]',
  );
  expect(parseStatsFile(text).entities[0]?.metrics).toEqual({
    clicks: ['9007199254740993', 15],
    'conversion_purchases.sale_amount': [0, '19.9'],
  });
  expect(parseStatsFile(fileOf({ clicks: ['2', '-0.50'] })).entities[0]?.metrics).toEqual({ clicks: [2, '-0.5'] });
});

test.each([
  ['a request without params', { request: {} }],
  ['params that are no texts', { request: { params: { entity: 7, start_time: null } } }],
  ['a request as a list', { request: [] }],
  ['no request', { request: undefined }],
])('%s costs no number', (_, overrides) => {
  const stats = parseStatsFile(fileOf({ clicks: [1, 2] }, overrides));
  expect(stats.entities).toHaveLength(1);
  expect(stats.params.entity).toBeUndefined();
});

test.each([
  ['a number of two thousand digits', `[1,${'9'.repeat(2_000)}]`, 'has a number of more than a thousand digits'],
  ['an exponent beyond all reason', '[1e999999,2]', 'has a number of more than a thousand digits'],
  ['a text', '["many",2]', 'is not a series of 2 numbers'],
  ['a deeper object', '{"part":{"a":[1,2]}}', 'is not a series of 2 numbers'],
])('a metric without a column that has %s is left out by name, and the others are kept', (_, series, why) => {
  const stats = parseStatsFile(fileOf({ rate: 'SERIES', likes: [3, 4] }).replace('"SERIES"', series));
  expect(stats.entities).toEqual([{ id: 'aaaa1', metrics: { likes: [3, 4] } }]);
  expect(stats.leftOut).toHaveLength(1);
  expect(stats.leftOut[0]).toMatch(/^of aaaa1 rate/);
  expect(stats.leftOut[0]).toContain(why);
});

test('a metric named __proto__ is left out by name', () => {
  const stats = parseStatsFile(fileOf({ clicks: [1, 2], likes: [3, 4] }).replace('clicks', '__proto__'));
  expect(stats.entities).toEqual([{ id: 'aaaa1', metrics: { likes: [3, 4] } }]);
  expect(stats.leftOut).toEqual(['of aaaa1 __proto__']);
});

const entry = (metrics: unknown): object => ({ id: 'odd', id_data: [{ segment: null, metrics }] });
test.each([
  ['a series that is too short', [entry({ clicks: [1] })]],
  ['a series that is too long', [entry({ clicks: [1, 2, 3] })]],
  ['a text', [entry({ clicks: [1, 'many'] })]],
  ['a truth value', [entry({ clicks: [1, true] })]],
  ['a number for a series', [entry({ clicks: 7 })]],
  ['an array within a series', [entry({ clicks: [1, [2]] })]],
  ['an object for a series', [entry({ clicks: { a: { b: [1, 2] } } })]],
  ['a number that is too long', [entry({ clicks: ['9'.repeat(2_000), 1] })]],
  ['a segment', [{ id: 'odd', id_data: [{ segment: { segment_name: 'x' }, metrics: {} }] }]],
  ['two id_data', [{ id: 'odd', id_data: [{ segment: null, metrics: {} }, { metrics: {} }] }]],
  ['an id twice', [entry({ clicks: [1, 2] }), entry({ clicks: [1, 2] })]],
  ['no id_data', [{ id: 'odd' }]],
  ['no metrics', [entry(null)]],
  ['metrics as an array', [entry([[1, 2]])]],
])('an entry with %s makes its id unreadable, and costs no other', (_, odd) => {
  const stats = parseStatsFile(fileOf({}, { data: [...odd, { id: 'good', id_data: [] }] }));
  expect(stats.entities).toEqual([{ id: 'good', metrics: {} }]);
  expect(stats.unreadable.map(({ id }) => id)).toEqual(['odd']);
  expect(stats.unreadable[0]?.reason).not.toBe('');
});

test.each([
  ['an entry without id', { id_data: [] }],
  ['null as an entry', null],
])('%s is left out, and costs no id', (_, odd) => {
  const stats = parseStatsFile(fileOf({}, { data: [odd, { id: 'good', id_data: [] }] }));
  expect(stats.entities).toEqual([{ id: 'good', metrics: {} }]);
  expect(stats.leftOut).toEqual(['an entry without an id']);
});

test.each([
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
  ['[0.12345678901234567, 1120829647711653888]', ['0.12345678901234567', '1120829647711653888']],
  ['[12345678901234567.5,-0.10,1.0,2e3,-0.0]', ['12345678901234567.5', '-0.1', 1, 2_000, 0]],
  ['{"a":"1.5, 2.5 \\", 3.5"}', { a: '1.5, 2.5 ", 3.5' }],
])('numbers in %s stay exact', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});
