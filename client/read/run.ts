import type { RunId } from '../../domain/ids.js';
import { runOf } from '../../store/import/run-progress.js';
import type { Context } from '../context.js';
import { TimedOut, UnknownRun } from '../errors.js';
import { poll } from '../poll.js';
import type { RunSummary } from '../shapes.js';
import { runSummary } from './run-summary.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const lookAtRun = async ({ db, viewer }: Context, id: RunId): Promise<RunSummary> => {
  const run = UUID.test(id) ? await runOf(db, viewer, id) : undefined;
  if (run === undefined) throw new UnknownRun(`There is no import run ${id}.`);
  return runSummary(run);
};

/** A run; with `wait`, once it has ended, or as it is after so many milliseconds. */
export const readRun = async (
  context: Context,
  id: RunId,
  { wait = 0, signal }: { readonly wait?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<RunSummary> => {
  const seen = await lookAtRun(context, id);
  if (wait <= 0 || seen.state !== 'running') return seen;
  let last = seen;
  try {
    return await poll({
      timeout: wait,
      interval: 500,
      signal,
      look: async () => {
        last = await lookAtRun(context, id);
        return last.state === 'running' ? undefined : last;
      },
      onTimeout: () => new TimedOut('The run goes on.'),
    });
  } catch (error) {
    if (error instanceof TimedOut) return last;
    throw error;
  }
};
