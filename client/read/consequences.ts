import type { ConnectionId } from '../../domain/ids.js';
import { endCounts } from '../../store/reports/consequences.js';
import type { Consequences } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';
import { connectionSummary } from './connections.js';

/** What pausing, disconnecting or deleting would mean, in numbers. */
export const readConsequences = async (context: Context, id: ConnectionId): Promise<Consequences> => {
  const row = await requireConnection(context, id);
  const [counts, { days }] = await Promise.all([
    endCounts(context.db, context.viewer, id),
    connectionSummary(context, row),
  ]);
  return { ...counts, daysOpen: days.due - days.complete };
};
