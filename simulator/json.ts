import type { Json } from './world/rows.js';

/** How `int64` strings look once JSON has escaped their mark. */
const BIG = /"\\u0001int64:(\d+)"/g;

/** A whole number beyond 2^53, to be written as digits: X's job and tweet ids (x-ads-api.md §1, line 38). */
export const int64 = (digits: string): string => `\u0001int64:${digits}`;

export const stringify = (value: Json): string => JSON.stringify(value).replaceAll(BIG, '$1');
