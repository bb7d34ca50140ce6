import type { ConnectionId } from '../../domain/ids.js';
import { landedSlices, newestDays } from '../../store/reports/first-numbers.js';
import type { NewestNumbers } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';
import { seenWithin } from '../poll.js';

/** Somebody watches: a tenth of a second can hardly be noticed. */
const LOOK_MS = 100;

export interface FirstNumbersWait {
  /** For how many milliseconds to wait for the first number of any account. (Default: 0) */
  readonly wait?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The newest day of each account whose campaigns have all landed, with what they add up to: that is what X bills. */
export const readFirstNumbers = async (
  context: Context,
  id: ConnectionId,
  { wait = 0, signal }: FirstNumbersWait = {},
): Promise<readonly NewestNumbers[]> => {
  const { db, viewer } = context;
  await requireConnection(context, id);
  let landed: number | undefined;
  let newest: Awaited<ReturnType<typeof newestDays>> = [];
  const look = async (): Promise<typeof newest> => {
    const now = await landedSlices(db, id);
    // The question costs much more than whether its answer can have changed.
    if (now !== landed) newest = await newestDays(db, viewer, id);
    landed = now;
    return newest;
  };
  const isDone = (seen: typeof newest): boolean => seen.some(({ day }) => day !== null);
  await seenWithin({ look, isDone, wait, interval: LOOK_MS, signal });
  return newest.map(({ day, ...rest }) => ({ ...rest, ...(day === null ? {} : { day }) }));
};
