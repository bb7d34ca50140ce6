import type { z } from 'zod';
import type { AccountId } from '../../domain/ids.js';
import type { CallOptions, Observed, Page } from '../call.js';
import type { Method } from '../families.js';
import { pages } from '../pages.js';
import { pageSchema, singleSchema } from '../schema/envelope.js';
import type { Query } from '../sign.js';

/** A request to the Ads API, below the version: `/accounts/18ce54d4x5t/campaigns`. */
export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly accountId?: AccountId;
  readonly query?: Query;
  /** Job creates have a time-out of their own. */
  readonly kind?: 'jobCreate';
}

/** Sends one request as one user, and reads the answer by its schema. */
export type Send = <T>(
  request: ApiRequest,
  schema: z.ZodType<T>,
  options: CallOptions,
) => Promise<Omit<Observed<T>, 'params'>>;

/** X's bound on every list of ids in a query (x-ads-api.md §4.4). */
export const MAX_IDS = 200;

export interface ListOptions extends CallOptions {
  /** Only these, any number: asked for 200 at a time. An empty list asks nothing. (Default: all) */
  readonly ids?: readonly string[] | undefined;
  /** Where to go on, from a page's `nextCursor`; not together with `ids`. (Default: the beginning) */
  readonly cursor?: string | undefined;
  /** (Default: 1000, X's greatest) */
  readonly count?: number | undefined;
  /** Deleted ones too: without them their spend would have no name. (Default: true) */
  readonly withDeleted?: boolean | undefined;
}

export const chunk = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** A list parameter: X takes commas in one parameter, and at most 200 ids. */
export const idsParameter = (name: string, ids: readonly string[] | undefined, max: number = MAX_IDS): Query => {
  if (ids === undefined) return [];
  if (ids.length === 0 || ids.length > max) throw new RangeError(`${name} takes 1 to ${max} ids, not ${ids.length}`);
  return [[name, ids.join(',')]];
};

export const getSingle = async <T>(
  send: Send,
  request: ApiRequest,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<Observed<T>> => {
  const { data, observedAt } = await send(request, singleSchema(schema), options);
  return { data: data.data, observedAt, params: data.request?.params ?? {} };
};

export const getPage = async <T>(
  send: Send,
  request: ApiRequest,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<Page<T>> => {
  const { data, observedAt } = await send(request, pageSchema(schema), options);
  return {
    items: data.data,
    nextCursor: data.next_cursor ?? null,
    observedAt,
    params: data.request?.params ?? {},
  };
};

export interface ListRoute<T> {
  readonly path: string;
  readonly accountId?: AccountId;
  readonly schema: z.ZodType<T>;
  /** The parameter that filters by the listed things' own ids. */
  readonly idsName: string;
  /** X's greatest page. (Default: 1000) */
  readonly maxCount?: number;
}

/** The pages of a list, each fetched when it is asked for. */
export const list = <T>(
  send: Send,
  route: ListRoute<T>,
  options: ListOptions,
  filters: Query = [],
): AsyncGenerator<Page<T>, void, undefined> => {
  const count = options.count ?? route.maxCount ?? 1000;
  const fetchPage =
    (ids: Query) =>
    (cursor: string | undefined): Promise<Page<T>> =>
      getPage(
        send,
        {
          method: 'GET',
          path: route.path,
          ...(route.accountId === undefined ? {} : { accountId: route.accountId }),
          query: [
            ['count', String(count)],
            ['with_deleted', String(options.withDeleted ?? true)],
            ...ids,
            ...filters,
            ...(cursor === undefined ? [] : [['cursor', cursor] as const]),
          ],
        },
        route.schema,
        options,
      );
  if (options.ids === undefined) return pages(fetchPage([]), options.cursor);
  const batches = chunk([...new Set(options.ids)], MAX_IDS);
  return (async function* () {
    for (const ids of batches) yield* pages(fetchPage(idsParameter(route.idsName, ids)));
  })();
};
