import { storedWork } from '../../store/connection/stored-connections.js';
import { restoreWorkflows } from '../../temporal/restore.js';
import type { Restored } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import type { RestoreOptions } from '../options.js';
import { callTemporal } from '../temporal.js';

/** A thousand connections, each looked at and some started, on a busy server. */
const TIMEOUT_MS = 10 * 60_000;

/** Starts the workflows anew that Temporal has lost. Repeating it changes nothing. */
export const restoreConnections = async (
  context: Context,
  { anew = false }: RestoreOptions = {},
): Promise<Restored> => {
  requireOperator(context, 'restore connections');
  const { db, temporal, taskQueue, looks } = context;
  const started = await callTemporal(
    context,
    'restore the connections',
    () => restoreWorkflows(temporal, storedWork(db), { taskQueue, anew }),
    TIMEOUT_MS,
  );
  for (const id of started.connections) looks.forget(id);
  return started;
};
