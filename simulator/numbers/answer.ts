import type { Measured, MeasuredAccount } from './measured.js';
import { PLACEMENTS } from './metrics.js';
import { oddEntry, UNASKED } from './oddities.js';
import { echoOf, type Segmentation, type NumbersQuery } from './query.js';
import { metricsJson, series, seriesLength, type Series } from './series.js';

/** Segment values with their share. The shares do not add up to 1, as those of X do not (docs/x-ads-api.md §9.1). */
const SEGMENTS: Readonly<Record<Segmentation, readonly (readonly [name: string, value: string, share: number])[]>> = {
  AGE: [
    ['13-24', 'AGE_13_TO_24', 0.3],
    ['25-34', 'AGE_25_TO_34', 0.38],
    ['35+', 'AGE_OVER_35', 0.27],
  ],
  GENDER: [
    ['Female', '2', 0.44],
    ['Male', '1', 0.48],
  ],
  METROS: [
    ['New York NY, US', '501', 0.2],
    ['Los Angeles CA, US', '803', 0.15],
  ],
  PLATFORMS: [
    ['iOS', '0', 0.45],
    ['Android', '1', 0.35],
    ['Desktop', '4', 0.15],
  ],
  CONVERSION_TAGS: [
    ['Purchase', 'o1abc', 0.6],
    ['Sign up', 'o1abd', 0.3],
  ],
};

const MEDIA = '"media_views":null,"media_engagements":null';

const withMedia = (metrics: string, media: boolean): string => {
  if (!media) return metrics;
  return metrics === '{}' ? `{${MEDIA}}` : `${metrics.slice(0, -1)},${MEDIA}}`;
};

const share = (numbers: Series, part: number): Series => ({
  ...numbers,
  values: numbers.values.map((value) => Math.floor(value * part)),
});

const entityJson = (entity: Measured, account: MeasuredAccount, query: NumbersQuery, observed: number): string => {
  const placement = PLACEMENTS.findIndex((name) => name === query.placement);
  const numbers = series(entity, account.calendar.at(observed), query.groups, placement, query, observed);
  const metrics = (of: Series): string => withMedia(metricsJson(entity, query.groups, of), query.media);
  if (query.segmentation === null) {
    return `{"id":"${entity.id}","id_data":[{"segment":null,"metrics":${metrics(numbers)}}]}`;
  }
  const segments = SEGMENTS[query.segmentation].map(([name, value, part]) => {
    const segment = JSON.stringify({ segment_name: name, segment_value: value });
    return `{"segment":${segment},"metrics":${metrics(share(numbers, part))}}`;
  });
  return `{"id":"${entity.id}","id_data":[${segments.join(',')}]}`;
};

/**
 * The answer of the sync endpoint, and a result file (docs/x-ads-api.md §8.3, §9.5), as of `observed` (epoch seconds).
 * Ids that are unknown, or belong to another kind of entity, are left out without an error (docs/x-ads-api.md §17.34).
 */
export const statsAnswer = (
  account: MeasuredAccount,
  query: NumbersQuery,
  observed: number,
  missing: ReadonlySet<string> = new Set(),
): string => {
  const entities = account.measured.get(query.level);
  const { oddities } = account;
  const alone = query.entityIds.length === 1;
  const data = query.entityIds
    .filter((id) => !missing.has(id))
    .flatMap((id) => entities?.get(id) ?? [])
    .map((entity) => oddEntry(entityJson(entity, account, query, observed), oddities?.get(entity.id), alone));
  if (oddities !== null && !alone) data.push(UNASKED);
  const length = seriesLength(account.calendar.at(observed), query);
  const echo = JSON.stringify(echoOf(query));
  return `{"data_type":"stats","time_series_length":${length},"data":[${data.join(',')}],"request":{"params":${echo}}}`;
};
