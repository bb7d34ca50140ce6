import { z } from 'zod';
import type { UnreadItem } from './call.js';

/**
 * An instant as X writes it, `2026-07-12T22:00:00Z`. A day that the calendar does not have (`2026-02-30`) becomes the one
 * that follows, so that everybody who reads it means the same.
 */
export const instantSchema = z
  .string()
  .refine((text) => /^\d{4}-/.test(isoOf(text)), 'not an instant')
  .transform((text) => isoOf(text).replace('.000Z', 'Z'));

const isoOf = (text: string): string => {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
};

const echoSchema = z.object({ params: z.record(z.string(), z.unknown()) });

/**
 * The echo of how X understood the request; the only place that shows how times were read (docs/x-ads-api.md §14.13). What
 * is not as documented (X has sent a list) is an empty echo: no answer depends on it.
 */
export const paramsOf = (request: unknown): Readonly<Record<string, unknown>> => {
  const echo = echoSchema.safeParse(request);
  return echo.success ? echo.data.params : {};
};

/** A collection; X says that one may come as a single object in rare cases (docs/x-ads-api.md §4.1). */
export const pageSchema = z.object({
  data: z.preprocess(
    (data) => (typeof data === 'object' && data !== null && !Array.isArray(data) ? [data] : data),
    z.array(z.unknown()),
  ),
  next_cursor: z.string().nullish(),
  request: z.unknown().optional(),
});

/** One resource. */
export const singleSchema = <T>(item: z.ZodType<T>) => z.object({ data: item, request: z.unknown().optional() });

const idSchema = z.union([z.string().min(1), z.number().transform(String)]);
/** The fields that name an item, in the order in which they are tried. */
const ID_FIELDS = ['id', 'id_str', 'tweet_id', 'card_uri', 'entity_id'] as const;

const nameOf = (item: unknown, index: number): string => {
  const fields = z.record(z.string(), z.unknown()).safeParse(item);
  for (const field of ID_FIELDS) {
    const id = idSchema.safeParse(fields.data?.[field]);
    if (id.success) return id.data;
  }
  return `item ${index + 1}`;
};

/** Reads each item of a collection by itself: one that is not as documented costs none of the others. */
export const readItems = <T>(
  data: readonly unknown[],
  schema: z.ZodType<T>,
): { readonly items: readonly T[]; readonly leftOut: readonly UnreadItem[] } => {
  const items: T[] = [];
  const leftOut: UnreadItem[] = [];
  for (const [index, item] of data.entries()) {
    const read = schema.safeParse(item);
    if (read.success) items.push(read.data);
    else {
      const [issue] = read.error.issues;
      const reason = `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as documented'}`;
      leftOut.push({ id: nameOf(item, index), reason });
    }
  }
  return { items, leftOut };
};
