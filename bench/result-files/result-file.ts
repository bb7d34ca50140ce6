import { gzipSync } from 'node:zlib';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { endOfRange, startOfDay } from '../../domain/local-days.js';
import type { Level } from '../../domain/levels.js';
import { type EntityMetrics, factSeries, type FactSeries } from '../../domain/metrics.js';
import { numbersFrom } from '../seeded.js';

/*
 * Result files as X writes them: 20 ads, 90 days, one array per metric, null where nothing happened. An ad-day has about 27
 * numbers that are not zero, as the simulated ads have. The numbers are invented; the same file has the same numbers.
 */

export const LEVEL = 'PROMOTED_TWEET' satisfies Level;
export const PLACEMENT = 'ALL_ON_TWITTER';
const FIRST_DAY = '2025-11-01' as Day;
const YEAR = 365;

/** Metrics with a column, and how large their numbers get. The others that X answers are null throughout. */
const SIZES: Readonly<Record<string, number>> = {
  impressions: 60_000,
  qualified_impressions: 50_000,
  follows: 40,
  retweets: 120,
  likes: 900,
  engagements: 3_000,
  clicks: 2_400,
  card_engagements: 700,
  replies: 60,
  url_clicks: 1_800,
  billed_engagements: 1_900,
  billed_charge_local_micro: 250_000_000,
  video_total_views: 20_000,
  video_views_25: 15_000,
  video_views_50: 9_000,
  video_views_75: 6_000,
  video_views_100: 4_000,
  video_cta_clicks: 90,
  video_content_starts: 22_000,
  video_3s100pct_views: 5_000,
  video_6s_views: 8_000,
  video_15s_views: 3_500,
};
const EMPTY = ['tweets_send', 'app_clicks', 'unfollows', 'poll_card_vote', 'carousel_swipes'];
/** Metrics that have numbers on some days only, as conversions do. */
const CONVERSIONS = ['conversion_purchases', 'conversion_site_visits', 'conversion_landing_page_views'];
const CONVERSION_PARTS = ['post_view', 'post_engagement', 'order_quantity', 'sale_amount'];
const NO_CONVERSIONS = ['conversion_sign_ups', 'conversion_downloads', 'conversion_custom', 'conversion_searches'];

export interface LandingSize {
  readonly files: number;
  /** Per file. */
  readonly ids: number;
  readonly days: number;
}

export interface BenchFile {
  readonly entityIds: readonly string[];
  readonly range: DayRange;
  /** The rows that landing makes of the file; the bare COPY is given them. */
  readonly series: FactSeries;
  readonly gzip: Buffer;
  readonly jsonBytes: number;
}

type Metrics = EntityMetrics['metrics'];

const metricsOf = (days: number, seed: number): Metrics => {
  const next = numbersFrom(seed);
  const series = (make: () => number): number[] => Array.from({ length: days }, make);
  const metrics: Record<string, number[] | null> = {};
  for (const [name, size] of Object.entries(SIZES)) metrics[name] = series(() => 1 + next(size));
  for (const name of EMPTY) metrics[name] = null;
  for (const name of CONVERSIONS) {
    for (const part of CONVERSION_PARTS)
      metrics[`${name}.${part}`] = series(() => (next(5) < 2 ? 1 + next(part === 'sale_amount' ? 90_000_000 : 30) : 0));
  }
  for (const name of NO_CONVERSIONS) metrics[name] = null;
  return metrics;
};

/** X nests the parts of a conversion. */
const nested = (metrics: Metrics): Record<string, unknown> => {
  const out: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(metrics)) {
    const [whole = name, part] = name.split('.');
    if (part === undefined) out[name] = values;
    else out[whole] = { ...(out[whole] as object | undefined), [part]: values };
  }
  return out;
};

const fileOf = (index: number, { ids, days }: LandingSize, version: number): BenchFile => {
  const windows = Math.max(1, Math.floor(YEAR / days));
  const group = Math.floor(index / windows);
  const from = addDays(FIRST_DAY, (index % windows) * days);
  const range = { from, to: addDays(from, days - 1) };
  const entityIds = Array.from({ length: ids }, (_, n) => (1_000_000 + group * ids + n).toString(36));
  const entities: EntityMetrics[] = entityIds.map((id, n) => ({
    id,
    metrics: metricsOf(days, version * 1e8 + index * 1_000 + n),
  }));
  const json = Buffer.from(
    JSON.stringify({
      data_type: 'stats',
      time_series_length: days,
      data: entities.map(({ id, metrics }) => ({ id, id_data: [{ segment: null, metrics: nested(metrics) }] })),
      request: {
        params: {
          start_time: startOfDay(range.from, 'UTC'),
          end_time: endOfRange(range, 'UTC'),
          entity: LEVEL,
          entity_ids: entityIds,
          placement: PLACEMENT,
          granularity: 'DAY',
        },
      },
    }),
  );
  const dayNames = Array.from({ length: days }, (_, n) => addDays(from, n));
  return {
    entityIds,
    range,
    series: factSeries(entities, dayNames),
    gzip: gzipSync(json),
    jsonBytes: json.length,
  };
};

/** Makes the files of a version. Another version has other numbers for the same ids and days. */
export const resultFiles = (size: LandingSize, version: number): readonly BenchFile[] =>
  Array.from({ length: size.files }, (_, index) => fileOf(index, size, version));

export const rangeOf = (files: readonly BenchFile[]): DayRange => ({
  from: files.map(({ range }) => range.from).reduce((a, b) => (b < a ? b : a)),
  to: files.map(({ range }) => range.to).reduce((a, b) => (b > a ? b : a)),
});
