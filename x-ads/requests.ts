/** What the calls of all resources share: requests below the version, one thing, one page, a list of pages. */
import type { z } from 'zod';
import type { AccountId } from '../domain/ids.js';
import type { CallOptions, Observed, Page } from './call.js';
import { pageSchema, paramsOf, readItems, singleSchema } from './envelope.js';
import type { Method } from './families.js';
import { pages } from './pages.js';
import type { Query } from './sign.js';

/** A request to the Ads API, below the version: `/accounts/18ce54d4x5t/campaigns`. */
export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly accountId?: AccountId;
  readonly query?: Query;
  /** Job creates have a timeout of their own. */
  readonly kind?: 'jobCreate';
}

/** Sends one request as one user, and reads the answer by its schema. */
export type Send = <T>(
  request: ApiRequest,
  schema: z.ZodType<T>,
  options: CallOptions,
) => Promise<Omit<Observed<T>, 'params'>>;

/** X's bound on every list of ids in a query (docs/x-ads-api.md §4.4). */
export const MAX_IDS_PER_REQUEST = 200;

export interface ListOptions extends CallOptions {
  /** Items a page, at most 1000. (Default: 1000) */
  readonly count?: number | undefined;
  /** Deleted ones too: without them their spend would have no name. (Default: true) */
  readonly withDeleted?: boolean | undefined;
}

export const chunk = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/**
 * A list as one parameter with commas.
 *
 * @throws {RangeError} for an empty list, and for one longer than `max`.
 */
export const idsParameter = (name: string, ids: readonly string[], max: number = MAX_IDS_PER_REQUEST): Query => {
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
  return { data: data.data, observedAt, params: paramsOf(data.request) };
};

export const getPage = async <T>(
  send: Send,
  request: ApiRequest,
  schema: z.ZodType<T>,
  options: CallOptions,
): Promise<Page<T>> => {
  const { data, observedAt } = await send(request, pageSchema, options);
  return {
    ...readItems(data.data, schema),
    nextCursor: data.next_cursor ?? null,
    observedAt,
    params: paramsOf(data.request),
  };
};

export interface ListRoute<T> {
  readonly path: string;
  readonly accountId?: AccountId;
  readonly schema: z.ZodType<T>;
}

/** The pages of a list. A page is fetched when the caller asks for it. */
export const list = <T>(
  send: Send,
  { schema, ...route }: ListRoute<T>,
  options: ListOptions,
): AsyncGenerator<Page<T>, void, undefined> =>
  pages((cursor) =>
    getPage(
      send,
      {
        method: 'GET',
        ...route,
        query: [
          ['count', String(options.count ?? 1000)],
          ['with_deleted', String(options.withDeleted ?? true)],
          ...cursor,
        ],
      },
      schema,
      options,
    ),
  );
