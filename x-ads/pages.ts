import type { Instant } from '../domain/calendar.js';
import type { Page } from './call.js';
import { MalformedResponse } from './errors/malformed-response.js';

/**
 * Follows X's cursors: `null` ends the list, and a full last page may be followed by an empty one (x-ads-api.md §4.2).
 * A cursor that comes back a second time would never end, and is refused.
 */
export async function* pages<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
  from?: string,
): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let cursor = from;
  for (;;) {
    if (cursor !== undefined) seen.add(cursor);
    const page = await fetchPage(cursor);
    yield page;
    if (page.nextCursor === null || page.nextCursor === '') return;
    if (seen.has(page.nextCursor)) {
      throw new MalformedResponse('X sent the same cursor twice: the list would not end', { requestPath: 'next page' });
    }
    cursor = page.nextCursor;
  }
}

/** All items of all pages, with the first page's *now*: nothing listed is older than that. */
export const collect = async <T>(
  source: AsyncIterable<Page<T>>,
): Promise<{ readonly items: readonly T[]; readonly observedAt: Instant | undefined }> => {
  const items: T[] = [];
  let observedAt: Instant | undefined;
  for await (const page of source) {
    observedAt ??= page.observedAt;
    for (const item of page.items) items.push(item);
  }
  return { items, observedAt };
};
