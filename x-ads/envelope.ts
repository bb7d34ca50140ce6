import { z } from 'zod';

/** An instant as X writes it, `2026-07-12T22:00:00Z`. */
export const instantSchema = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not an instant');

/** Micros and counts: JSON integers that a double holds exactly. */
export const integerSchema = z.int();

/**
 * The echo of how X understood the request; the only place that shows how times were read (docs/x-ads-api.md §14.13).
 */
export const requestSchema = z.object({ params: z.record(z.string(), z.unknown()).nullish() }).nullish();

/** A collection; X says that one may come as a single object in rare cases (docs/x-ads-api.md §4.1). */
export const pageSchema = <T>(item: z.ZodType<T>) =>
  z.object({
    data: z.preprocess((data) => (Array.isArray(data) || data === undefined ? data : [data]), z.array(item)),
    next_cursor: z.string().nullish(),
    request: requestSchema,
  });

/** One resource. */
export const singleSchema = <T>(item: z.ZodType<T>) => z.object({ data: item, request: requestSchema });
