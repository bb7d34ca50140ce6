/*
 * What the profile `hostile` does to the entries of result files. The numbers that a right importer must hold stay in the
 * file; around them stand values that it cannot keep, and some entries that it cannot read as they are.
 */

export const ODDITIES = [
  'short_series',
  'long_series',
  'twice',
  'two_id_data',
  'text_for_number',
  'extra_metrics',
] as const;

/**
 * `short_series` is so in every file, so its numbers can never be read. `extra_metrics` has metrics that cannot be kept
 * beside those that can. All others are so only in files of several ids, and right in a file of their own.
 */
export type Oddity = (typeof ODDITIES)[number];

/** The ads with these places in their account. Each kind of oddity is there once in 25 ads. */
const PLACES: Readonly<Record<number, Oddity>> = {
  4: 'short_series',
  9: 'long_series',
  13: 'twice',
  17: 'two_id_data',
  21: 'text_for_number',
};
export const oddityOfAd = (index: number): Oddity | undefined =>
  PLACES[index] ?? (index % 3 === 1 ? 'extra_metrics' : undefined);

const EXTRA = '"experimental_rate":["n/a"],"experimental_depth":{"by":{"hour":[1]}},"experimental_flag":true';

/** Why the numbers of an ad with this oddity cannot be kept; undefined where they can. */
export const neverReadable = (oddity: Oddity | undefined): string | undefined =>
  oddity === 'short_series' ? 'its series are shorter than time_series_length' : undefined;

export const EXTRA_METRICS = ['experimental_rate', 'experimental_depth', 'experimental_flag'] as const;

/** The series of `impressions` in a `metrics` object. */
const IMPRESSIONS = /"impressions":(\[[^\]]*\]|null)/;

const withImpressions = (entry: string, change: (series: string) => string): string =>
  entry.replace(IMPRESSIONS, (_, series: string) => `"impressions":${change(series)}`);

/** An entry of a file with its oddity; `alone` is true in a file of one id. */
export const oddEntry = (entry: string, oddity: Oddity | undefined, alone: boolean): string => {
  if (oddity === 'short_series') return withImpressions(entry, () => '[]');
  if (oddity === 'extra_metrics') return entry.replace('"metrics":{', `"metrics":{${EXTRA},`).replace(',}', '}');
  if (oddity === undefined || alone) return entry;
  switch (oddity) {
    case 'long_series':
      return withImpressions(entry, (series) => (series === 'null' ? '[0]' : `${series.slice(0, -1)},7]`));
    case 'twice':
      return `${entry},${entry}`;
    case 'two_id_data':
      return entry.replace(/"id_data":\[(.*)\]\}$/s, (_, data: string) => `"id_data":[${data},${data}]}`);
    case 'text_for_number':
      return withImpressions(entry, () => '"many"');
    default:
      return oddity satisfies never;
  }
};

/** An entry that nobody asked for. */
export const UNASKED = '{"id":"0unasked","id_data":[{"segment":null,"metrics":{"impressions":null}}]}';
