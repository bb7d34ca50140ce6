import type { Queryable } from './pool.js';

/**
 * A value as JSON. Tens of thousands of rows pass through the worker's main thread as one string, which is as quick as a
 * copy of memory; reading them there would hold up everything else.
 */
export type JsonText<T> = string & { readonly __value: T };

export const toJson = <T>(value: T): JsonText<T> => JSON.stringify(value) as JsonText<T>;
export const fromJson = <T>(text: JsonText<T>): T => JSON.parse(text) as T;

/** The rows of a query as a JSON array. Instants are in ISO 8601 with an offset. */
export const queryJson = async <T>(db: Queryable, sql: string, params: unknown[]): Promise<JsonText<readonly T[]>> => {
  const { rows } = await db.query<{ rows: JsonText<readonly T[]> }>(
    `select coalesce(json_agg(r), '[]')::text as rows from (${sql}) r`,
    params,
  );
  return rows[0]?.rows ?? toJson([]);
};
