import pLimit from 'p-limit';

/**
 * Works through the items, so many at a time. What befalls one costs no other: the first failure is thrown at the end. Where
 * `stops` is set, none is begun any more after a failure, which then is one of them all.
 */
export const eachAtOnce = async <T>(
  items: readonly T[],
  { atOnce, stops = false }: { readonly atOnce: number; readonly stops?: boolean },
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const limit = pLimit(atOnce);
  const failures: unknown[] = [];
  await limit.map(items, async (item) => {
    if (stops && failures.length > 0) return;
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
};
