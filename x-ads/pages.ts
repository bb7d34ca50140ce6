import type { Page } from './call.js';
import { MalformedResponse } from './errors/index.js';
import type { Query } from './sign.js';

/**
 * Follows X's cursors; `fetchPage` gets the cursor as a query parameter, and none for the first page. `null` ends the
 * list; an empty page may follow a full last one (docs/x-ads-api.md §4.2).
 *
 * @throws {MalformedResponse} when a cursor comes a second time: such a list would never end.
 */
export async function* pages<T>(
  fetchPage: (cursor: Query) => Promise<Page<T>>,
): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let query: Query = [];
  for (;;) {
    const page = await fetchPage(query);
    yield page;
    const cursor = page.nextCursor;
    if (cursor === null || cursor === '') return;
    if (seen.has(cursor)) {
      throw new MalformedResponse('X sent the same cursor twice: the list would not end', { requestPath: 'next page' });
    }
    seen.add(cursor);
    query = [['cursor', cursor]];
  }
}
