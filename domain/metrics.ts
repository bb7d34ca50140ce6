import type { Day } from './calendar.js';
import type { EntityId } from './ids.js';
import type { ExactNumber } from './money.js';

/**
 * The metrics with a column of their own, in the order in which facts are written. Every other metric, the web
 * conversions among them, is kept by X's flattened name beside them.
 */
export const NAMED_METRICS = [
  'impressions',
  'tweets_send',
  'qualified_impressions',
  'follows',
  'app_clicks',
  'retweets',
  'unfollows',
  'likes',
  'engagements',
  'clicks',
  'card_engagements',
  'poll_card_vote',
  'replies',
  'url_clicks',
  'carousel_swipes',
  'billed_engagements',
  'billed_charge_local_micro',
  'video_total_views',
  'video_views_25',
  'video_views_50',
  'video_views_75',
  'video_views_100',
  'video_cta_clicks',
  'video_content_starts',
  'video_mrc_views',
  'video_3s100pct_views',
  'video_6s_views',
  'video_15s_views',
] as const;

/** X's metrics of one entity: one number per day, or null where X has none; conversions are flattened to `name.part`. */
export interface EntityMetrics {
  readonly id: EntityId;
  readonly metrics: Readonly<Record<string, readonly ExactNumber[] | null>>;
}

/** One answered entity: the days that have a number, and the numbers. */
export interface EntitySeries {
  readonly entityId: EntityId;
  /** Indices of the days on which at least one metric is not zero, ascending. */
  readonly activeDays: readonly number[];
  /** In the order of NAMED_METRICS; undefined where no day has a number. */
  readonly named: readonly (readonly ExactNumber[] | undefined)[];
  /** The metrics without a column of their own that are not zero on every day. */
  readonly more: readonly (readonly [name: string, values: readonly ExactNumber[]])[];
  /** How many characters the longest number has that is given as digits; 0 where there is none. */
  readonly longestDigits: number;
}

/** The content of one stats file without an object per row: the arrays are X's own. */
export interface FactSeries {
  readonly days: readonly Day[];
  /** Every answered entity, also those without any number. */
  readonly entities: readonly EntitySeries[];
  readonly rowCount: number;
}

const NAMED_INDEX: ReadonlyMap<string, number> = new Map(NAMED_METRICS.map((name, index) => [name, index]));

/** Marks the days with a number; returns true when there is one. Digits are never those of zero. */
const markActive = (values: readonly ExactNumber[], active: Uint8Array): boolean => {
  let any = false;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== 0) {
      active[i] = 1;
      any = true;
    }
  }
  return any;
};

const entitySeries = ({ id, metrics }: EntityMetrics, dayCount: number): EntitySeries => {
  const active = new Uint8Array(dayCount);
  const named = Array.from<readonly ExactNumber[] | undefined>({ length: NAMED_METRICS.length });
  const more: [string, readonly ExactNumber[]][] = [];
  let longestDigits = 0;
  for (const name in metrics) {
    const values = metrics[name];
    if (values === null || values === undefined) continue;
    if (values.length !== dayCount) {
      throw new RangeError(`${name} of ${id} has ${values.length} values for ${dayCount} days`);
    }
    if (!markActive(values, active)) continue;
    for (const value of values) if (typeof value === 'string') longestDigits = Math.max(longestDigits, value.length);
    const index = NAMED_INDEX.get(name);
    if (index === undefined) more.push([name, values]);
    else named[index] = values;
  }
  const activeDays: number[] = [];
  for (let i = 0; i < dayCount; i++) if (active[i] === 1) activeDays.push(i);
  return { entityId: id, activeDays, named, more, longestDigits };
};

/**
 * The rows of a stats file: null, absent and 0 are equal (docs/x-ads-api.md §8.3), and a day on which every metric is zero
 * has no row. The values of day `i` are at index `i`: X's arrays carry no dates. Throws a RangeError for a file that
 * contradicts itself.
 */
export const factSeries = (entities: readonly EntityMetrics[], days: readonly Day[]): FactSeries => {
  const ids = new Set(entities.map(({ id }) => id));
  if (ids.size !== entities.length) throw new RangeError('an entity is answered twice in one file');
  const series = entities.map((entity) => entitySeries(entity, days.length));
  return { days, entities: series, rowCount: series.reduce((sum, { activeDays }) => sum + activeDays.length, 0) };
};
