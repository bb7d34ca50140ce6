import { z } from 'zod';
import type { Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { type Level, STATS_PLACEMENTS } from '../../domain/levels.js';
import type { CallOptions, UnreadItem, Observed } from '../call.js';
import { instantSchema, pageSchema, paramsOf, readItems } from '../envelope.js';
import type { Send } from '../requests.js';
import { timeParameter } from '../time.js';

/** docs/x-ads-api.md §10.1. The activity may lie before the window that was asked for: never clamp it. */
const activeEntitySchema = z.looseObject({
  entity_id: z.string().min(1),
  activity_start_time: instantSchema,
  activity_end_time: instantSchema,
  // Without a readable placement each that stats know is asked for: none may be dropped.
  placements: z
    .array(z.string().min(1))
    .min(1)
    .catch([...STATS_PLACEMENTS]),
});
export type ActiveEntity = z.infer<typeof activeEntitySchema>;

/** An answer, with the rows that cannot be read: what they are about is not known to be complete. */
export interface ActiveEntities extends Observed<readonly ActiveEntity[]> {
  readonly leftOut: readonly UnreadItem[];
}

export interface ActiveEntityQuery {
  readonly entity: Level;
  /** Whole hours, at most 90 days apart: the time in which X *recorded* changes. */
  readonly startTime: Instant;
  readonly endTime: Instant;
}

export interface ActiveEntityCalls {
  /** What X recorded as changed in a window (docs/x-ads-api.md §10.1). Not paged. */
  get(accountId: AccountId, query: ActiveEntityQuery, options?: CallOptions): Promise<ActiveEntities>;
}

export const activeEntityCalls = (send: Send): ActiveEntityCalls => ({
  async get(accountId, query, options = {}) {
    const { data, observedAt } = await send(
      {
        method: 'GET',
        path: `/stats/accounts/${accountId}/active_entities`,
        accountId,
        query: [
          ['entity', query.entity],
          ['start_time', timeParameter(query.startTime)],
          ['end_time', timeParameter(query.endTime)],
        ],
      },
      pageSchema,
      options,
    );
    const { items, leftOut } = readItems(data.data, activeEntitySchema);
    return { data: items, leftOut, observedAt, params: paramsOf(data.request) };
  },
});
