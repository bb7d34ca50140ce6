import { storedWork } from '../../store/connection/stored-connections.js';
import { restoreWorkflows } from '../../temporal/restore.js';
import type { Restored } from '../answers.js';
import type { Context } from '../context.js';
import { NotPermitted } from '../errors.js';
import type { RestoreOptions } from '../options.js';
import { callTemporal } from '../temporal.js';

/** A thousand connections, each looked at and some started, on a busy server. */
const TIMEOUT_MS = 10 * 60_000;

/** Starts the workflows anew that Temporal has lost. Repeating it changes nothing. */
export const restoreConnections = async (
  context: Context,
  { anew = false }: RestoreOptions = {},
): Promise<Restored> => {
  const { db, temporal, taskQueue, viewer, looks } = context;
  if (viewer.kind !== 'operator') throw new NotPermitted('Only the operator may restore connections.');
  const started = await callTemporal(
    context,
    'restore the connections',
    () => restoreWorkflows(temporal, storedWork(db), { taskQueue, anew }),
    TIMEOUT_MS,
  );
  for (const id of started.connections) looks.forget(id);
  return started;
};
