import { z } from 'zod';
import type { AccountId, EntityId } from '../../domain/ids.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import { exactDigits, type ExactNumber, isNumeral } from '../../domain/money.js';
import type { CallOptions, Observed } from '../call.js';
import { MalformedResponse } from '../errors/index.js';
import { parseJson } from '../json.js';
import type { Send } from '../requests.js';
import { type StatsQuery, statsParameters } from './stats-query.js';

/**
 * One value per day (hour, or one in all); null = nothing in the whole window, or not applicable (docs/x-ads-api.md
 * §8.3).
 */
export type MetricSeries = readonly ExactNumber[] | null;

export interface StatsEntity {
  readonly id: EntityId;
  /** By X's names; the parts of conversion objects as `conversion_purchases.order_quantity_view`. */
  readonly metrics: Readonly<Record<string, MetricSeries>>;
}

/** An id whose numbers are not as documented: none of them may pass for an answer. */
export interface UnreadableEntity {
  readonly id: EntityId;
  readonly reason: string;
}

const paramSchema = z.string().optional().catch(undefined);
/** What X computed, as far as its echo says: the caller compares it with what was asked. */
const paramsSchema = z.object({
  start_time: paramSchema,
  end_time: paramSchema,
  entity: paramSchema,
  placement: paramSchema,
});
export type StatsParams = z.infer<typeof paramsSchema>;

export interface Stats {
  readonly entities: readonly StatsEntity[];
  readonly unreadable: readonly UnreadableEntity[];
  /** What could not be kept, by name, and the reason: metrics of readable ids, and entries without an id. */
  readonly leftOut: readonly string[];
  /** The length of every series that is not null. */
  readonly timeSeriesLength: number;
  readonly params: StatsParams;
}

// zod checks the outer shape only. A file has 20 ids × 90 days × some 80 series; a plain loop checks those faster.
const outerSchema = z.object({
  time_series_length: z.int().min(0).max(100_000),
  data: z.array(z.unknown()),
  request: z.object({ params: paramsSchema }).partial().catch({}),
});

const malformed = (what: string, requestPath: string): MalformedResponse =>
  new MalformedResponse(`X's stats do not have the shape of the reference: ${what}`, { requestPath });

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks a series and returns the same array, with zeros for nulls among the numbers; else says why it is none. */
const seriesOf = (value: unknown, length: number): MetricSeries | string => {
  const odd = `is not a series of ${length} numbers`;
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== length) return odd;
  for (let i = 0; i < length; i++) {
    const item: unknown = value[i];
    if (item === null) value[i] = 0;
    else if (typeof item === 'string') {
      const digits = exactDigits(item);
      if (digits === undefined) return isNumeral(item) ? 'has a number of more than a thousand digits' : odd;
      value[i] = Number.isSafeInteger(Number(digits)) && !digits.includes('.') ? Number(digits) : digits;
    } else if (!Number.isSafeInteger(item)) return odd;
  }
  return value as readonly ExactNumber[];
};

/** With a column of its own: where it is left out, the column would say 0. */
const HAVE_COLUMNS: ReadonlySet<string> = new Set(NAMED_METRICS);

/** Parts and plain series alike. */
function* seriesIn(metrics: JsonObject): Generator<readonly [name: string, series: unknown]> {
  for (const name in metrics) {
    const value = metrics[name];
    if (!isObject(value) || HAVE_COLUMNS.has(name)) yield [name, value];
    else for (const part in value) yield [`${name}.${part}`, value[part]];
  }
}

type Read<T> = { readonly value: T; readonly leftOut: readonly string[] } | { readonly odd: string };

/** A metric that cannot be kept is left out by name, unless it has a column: then the whole entity cannot be read. */
const flatten = (metrics: JsonObject, length: number): Read<StatsEntity['metrics']> => {
  const value: Record<string, MetricSeries> = {};
  const leftOut: string[] = [];
  for (const [name, given] of seriesIn(metrics)) {
    const series = seriesOf(given, length);
    if (typeof series === 'string') {
      if (HAVE_COLUMNS.has(name)) return { odd: `${name} ${series}` };
      leftOut.push(`${name}, which ${series}`);
    }
    // An assignment under this name would set the prototype; only a hostile file has such a key.
    else if (name === '__proto__') leftOut.push(name);
    else value[name] = series;
  }
  return { value, leftOut };
};

const metricsOf = (idData: unknown, length: number): Read<StatsEntity['metrics']> => {
  if (!Array.isArray(idData) || idData.length > 1) return { odd: 'it has no single id_data' };
  const item: unknown = idData[0];
  if (item === undefined) return { value: {}, leftOut: [] };
  if (!isObject(item)) return { odd: 'its id_data is not an object' };
  const { segment, metrics } = item as { readonly segment?: unknown; readonly metrics?: unknown };
  // Segmented numbers do not add up to the total (docs/x-ads-api.md §9.1), so they must not pass for totals.
  if (segment !== null && segment !== undefined) return { odd: 'it is segmented' };
  if (!isObject(metrics)) return { odd: 'it has no metrics' };
  return flatten(metrics, length);
};

const idOf = (entry: unknown): EntityId | undefined => {
  const id = isObject(entry) ? (entry as { readonly id?: unknown }).id : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** Reads each entry by itself: an odd one costs none of the others. */
const readEntries = (data: readonly unknown[], length: number): Pick<Stats, 'entities' | 'unreadable' | 'leftOut'> => {
  const entities: StatsEntity[] = [];
  const unreadable: UnreadableEntity[] = [];
  const leftOut: string[] = [];
  const times = new Map<EntityId, number>();
  for (const entry of data) {
    const id = idOf(entry);
    if (id !== undefined) times.set(id, (times.get(id) ?? 0) + 1);
  }
  for (const [id, count] of times) if (count > 1) unreadable.push({ id, reason: `it comes ${count} times` });
  for (const entry of data) {
    const id = idOf(entry);
    if (id === undefined) leftOut.push('an entry without an id');
    if (id === undefined || times.get(id) !== 1) continue;
    const read = metricsOf((entry as { readonly id_data?: unknown }).id_data, length);
    if ('odd' in read) unreadable.push({ id, reason: read.odd });
    else {
      entities.push({ id, metrics: read.value });
      leftOut.push(...read.leftOut.map((name) => `of ${id} ${name}`));
    }
  }
  return { entities, unreadable, leftOut };
};

/**
 * Reads a stats answer that `parseJson` returned; its series are not copied.
 *
 * @throws {MalformedResponse} for what has no entries, or no length of its series.
 */
export const readStats = (json: unknown, requestPath = 'stats file'): Stats => {
  const outer = outerSchema.safeParse(json);
  if (!outer.success) {
    const issue = outer.error.issues[0];
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, requestPath);
  }
  const { time_series_length: timeSeriesLength, data, request } = outer.data;
  return { ...readEntries(data, timeSeriesLength), timeSeriesLength, params: request.params ?? {} };
};

/**
 * Parses an unzipped result file.
 *
 * @throws {MalformedResponse} for what is not JSON, or not a stats file.
 */
export const parseStatsFile = (file: string | Buffer): Stats => {
  let json: unknown;
  try {
    json = parseJson(typeof file === 'string' ? file : file.toString('utf8'));
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
