import { z } from 'zod';

/** What one list of X had that could not be read: each item is left out by itself. */
export const leftOutShape = z
  .strictObject({
    /** Absent for the list of accounts. */
    accountId: z.string().exactOptional(),
    /** X's name of the list. */
    list: z.string(),
    /** All of them; `items` has a hundred at most. */
    count: z.int().nonnegative(),
    items: z.array(z.strictObject({ id: z.string(), reason: z.string() }).readonly()).readonly(),
    /** By X's clock: when the list was last read. */
    observedAt: z.iso.datetime({ offset: true }),
  })
  .readonly();
