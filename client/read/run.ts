import type { RunId } from '../../domain/ids.js';
import { runOf } from '../../store/import/run-progress.js';
import type { Context } from '../context.js';
import { UnknownRun } from '../errors.js';
import { seenWithin } from '../poll.js';
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
): Promise<RunSummary> =>
  await seenWithin({
    look: () => lookAtRun(context, id),
    isDone: ({ state }) => state !== 'running',
    wait,
    interval: 500,
    signal,
  });
