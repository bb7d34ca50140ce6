export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Row = Readonly<Record<string, Json>>;

/** A string made by `int64`, as `JSON.stringify` writes it. */
const BIG = /"\\u0001int64:(\d+)"/g;

/** Marks a whole number beyond 2^53, to be written as digits: X's job and tweet ids (docs/x-ads-api.md §1, §17.38). */
export const int64 = (digits: string): string => `\u0001int64:${digits}`;

/** Writes JSON in which the strings made by `int64` are numbers. */
export const stringify = (value: Json): string => JSON.stringify(value).replaceAll(BIG, '$1');

/** X writes times in UTC, in whole seconds and without milliseconds (docs/x-ads-api.md §4.1). */
export const instant = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
