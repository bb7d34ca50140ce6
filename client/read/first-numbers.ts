import type { ConnectionId } from '../../domain/ids.js';
import { newestDays } from '../../store/reports/first-numbers.js';
import type { NewestNumbers } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';

/** The newest day of each account whose campaigns have all landed, with what they add up to: that is what X bills. */
export const readFirstNumbers = async (context: Context, id: ConnectionId): Promise<readonly NewestNumbers[]> => {
  await requireConnection(context, id);
  const newest = await newestDays(context.db, context.viewer, id);
  return newest.map(({ day, ...rest }) => ({ ...rest, ...(day === null ? {} : { day }) }));
};
