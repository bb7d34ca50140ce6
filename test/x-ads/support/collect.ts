import type { Instant } from '../../../domain/calendar.js';
import type { Page } from '../../../x-ads/call.js';

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
