import { z } from 'zod';
import type { AccountId, EntityId } from '../../domain/ids.js';
import type { CallOptions, Observed } from '../call.js';
import { MalformedResponse } from '../errors/index.js';
import type { Send } from '../requests.js';
import { type StatsQuery, statsParameters } from './stats-query.js';

/**
 * One value per day (hour, or one in all); null = nothing in the whole window, or not applicable (docs/x-ads-api.md
 * §8.3).
 */
export type MetricSeries = readonly number[] | null;

export interface StatsEntity {
  readonly id: EntityId;
  /** By X's names; the parts of conversion objects as `conversion_purchases.order_quantity_view`. */
  readonly metrics: Readonly<Record<string, MetricSeries>>;
}

/** What X computed, as far as its echo says: the caller compares it with what was asked. */
const paramsSchema = z.object({
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  entity: z.string().nullish(),
  entity_ids: z.array(z.string()).nullish(),
  placement: z.string().nullish(),
  granularity: z.string().nullish(),
  metric_groups: z.array(z.string()).nullish(),
  segmentation_type: z.string().nullish(),
  country: z.string().nullish(),
  platform: z.string().nullish(),
});
export type StatsParams = z.infer<typeof paramsSchema>;

export interface Stats {
  readonly entities: readonly StatsEntity[];
  /** The length of every series that is not null. */
  readonly timeSeriesLength: number;
  readonly params: StatsParams;
}

// zod checks the outer shape only. A file has 20 ids × 90 days × some 80 series; a plain loop checks those faster.
const outerSchema = z.object({
  time_series_length: z.int().min(0).max(100_000),
  data: z.array(z.unknown()),
  request: z.object({ params: paramsSchema }).nullish(),
});

const malformed = (what: string, requestPath: string): MalformedResponse =>
  new MalformedResponse(`X's stats do not have the shape of the reference: ${what}`, { requestPath });

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks a series and returns the same array, with zeros for nulls among the numbers; undefined if it is not one. */
const seriesOf = (value: unknown, length: number): MetricSeries | undefined => {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== length) return undefined;
  for (let i = 0; i < length; i++) {
    const item: unknown = value[i];
    if (item === null) value[i] = 0;
    else if (!Number.isSafeInteger(item)) return undefined;
  }
  return value as readonly number[];
};

const flatten = (metrics: JsonObject, length: number, requestPath: string): StatsEntity['metrics'] => {
  const flat: Record<string, MetricSeries> = {};
  for (const name in metrics) {
    // An assignment under this name would set the prototype; only a hostile file has such a key.
    if (name === '__proto__') throw malformed('a metric named __proto__', requestPath);
    const value = metrics[name];
    if (!isObject(value)) {
      const series = seriesOf(value, length);
      if (series === undefined) throw malformed(`${name} is not a series of ${length} integers`, requestPath);
      flat[name] = series;
      continue;
    }
    for (const part in value) {
      const series = seriesOf(value[part], length);
      if (series === undefined) throw malformed(`${name}.${part} is not a series of ${length} integers`, requestPath);
      flat[`${name}.${part}`] = series;
    }
  }
  return flat;
};

const entityOf = (entry: unknown, length: number, requestPath: string): StatsEntity => {
  if (!isObject(entry)) throw malformed('an entry is not an object', requestPath);
  const { id, id_data: idData } = entry as { readonly id?: unknown; readonly id_data?: unknown };
  if (typeof id !== 'string' || id === '') throw malformed('an entry has no id', requestPath);
  if (!Array.isArray(idData) || idData.length > 1) throw malformed(`${id} has no single id_data`, requestPath);
  const item: unknown = idData[0];
  if (item === undefined) return { id, metrics: {} };
  if (!isObject(item)) throw malformed(`id_data of ${id} is not an object`, requestPath);
  const { segment, metrics } = item as { readonly segment?: unknown; readonly metrics?: unknown };
  // Segmented numbers do not add up to the total (docs/x-ads-api.md §9.1), so they must not pass for totals.
  if (segment !== null && segment !== undefined) throw malformed(`${id} is segmented`, requestPath);
  if (!isObject(metrics)) throw malformed(`${id} has no metrics`, requestPath);
  return { id, metrics: flatten(metrics, length, requestPath) };
};

/**
 * Reads a stats answer that `JSON.parse` returned; its series are not copied.
 *
 * @throws {MalformedResponse} for anything but the documented shape.
 */
export const readStats = (json: unknown, requestPath = 'stats file'): Stats => {
  const outer = outerSchema.safeParse(json);
  if (!outer.success) {
    const issue = outer.error.issues[0];
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, requestPath);
  }
  const { time_series_length: timeSeriesLength, data, request } = outer.data;
  const entities = data.map((entry) => entityOf(entry, timeSeriesLength, requestPath));
  if (new Set(entities.map(({ id }) => id)).size !== entities.length) throw malformed('an id comes twice', requestPath);
  return { entities, timeSeriesLength, params: request?.params ?? {} };
};

/**
 * Parses an unzipped result file.
 *
 * @throws {MalformedResponse} for anything but the documented shape.
 */
export const parseStatsFile = (file: string | Buffer): Stats => {
  let json: unknown;
  try {
    json = JSON.parse(typeof file === 'string' ? file : file.toString('utf8'));
  } catch {
    // The parser's own message is left out: it quotes the text.
    throw malformed('not JSON', 'stats file');
  }
  return readStats(json);
};

export interface StatsCalls {
  /** Synchronous stats, at most 7 days (and 250 calls in 15 minutes): for checks by hand, not for imports. */
  get(accountId: AccountId, query: StatsQuery, options?: CallOptions): Promise<Observed<Stats>>;
}

export const statsCalls = (send: Send): StatsCalls => ({
  async get(accountId, query, options = {}) {
    const path = `/stats/accounts/${accountId}`;
    const { data, observedAt } = await send(
      { method: 'GET', path, accountId, query: statsParameters(query) },
      z.unknown(),
      options,
    );
    const stats = readStats(data, `GET /12${path}`);
    return { data: stats, observedAt, params: stats.params };
  },
});
