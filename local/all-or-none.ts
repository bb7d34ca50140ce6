type Results<T extends readonly (() => Promise<unknown>)[]> = { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };

/** Waits for all tasks even when one fails, so that what the others started can be stopped. */
export const allOrNone = async <const T extends readonly (() => Promise<unknown>)[]>(tasks: T): Promise<Results<T>> => {
  const results = await Promise.allSettled(tasks.map(async (task) => await task()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as Results<T>;
};
