import type { Page } from './call.js';
import { MalformedResponse } from './errors/index.js';
import type { Query } from './sign.js';

/** One may follow a full last page; more of them lead nowhere. */
const MAX_EMPTY_IN_A_ROW = 5;
/** At a thousand items a page more than an ad account can have. */
const MAX_PAGES = 1_000;

const endless = (why: string): MalformedResponse =>
  new MalformedResponse(`${why}: the list would not end`, { requestPath: 'next page' });

/**
 * Follows X's cursors; `fetchPage` gets the cursor as a query parameter, and none for the first page. `null` ends the
 * list; an empty page may follow a full last one (docs/x-ads-api.md §4.2).
 *
 * @throws {MalformedResponse} when a list would never end: a cursor comes a second time, or ever new ones lead to empty
 *   pages or to more pages than there can be.
 */
export async function* pages<T>(
  fetchPage: (cursor: Query) => Promise<Page<T>>,
): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let query: Query = [];
  let emptyInARow = 0;
  for (;;) {
    const page = await fetchPage(query);
    yield page;
    const cursor = page.nextCursor;
    if (cursor === null || cursor === '') return;
    if (seen.has(cursor)) throw endless('X sent the same cursor twice');
    seen.add(cursor);
    if (seen.size === MAX_PAGES) throw endless(`X sent ${MAX_PAGES} pages and a cursor for more`);
    emptyInARow = page.items.length === 0 ? emptyInARow + 1 : 0;
    if (emptyInARow === MAX_EMPTY_IN_A_ROW) throw endless(`X sent ${emptyInARow} empty pages and a cursor for more`);
    query = [['cursor', cursor]];
  }
}
