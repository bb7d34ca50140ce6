import { randomUUID } from 'node:crypto';
import type { ConnectionId } from '../../domain/ids.js';
import { disconnectUpdate, pauseUpdate, resumeUpdate } from '../../workflows/messages.js';
import { awaitConnectionEnd, awaitPhase } from '../await-connection.js';
import { type Context, requireConnection } from '../context.js';
import { NeedsPerson } from '../errors.js';
import type { DisconnectOptions } from '../options.js';
import { summarizeConnection } from '../read/connections.js';
import { callTemporal, sendUpdate } from '../temporal.js';
import { startOperation } from './start-workflow.js';

export const pauseConnection = async (context: Context, id: ConnectionId, note: string): Promise<void> => {
  await requireConnection(context, id);
  await sendUpdate(context, id, {
    definition: pauseUpdate,
    args: [{ note }],
    updateId: randomUUID(),
    what: 'pause',
  });
  await awaitPhase(context, id, 'paused');
};

/** Throws `NeedsPerson` where X has refused the credential while it was paused: it goes on after a new sign-in. */
export const resumeConnection = async (context: Context, id: ConnectionId): Promise<void> => {
  await requireConnection(context, id);
  await sendUpdate(context, id, {
    definition: resumeUpdate,
    args: [],
    updateId: randomUUID(),
    what: 'resume',
  });
  await awaitPhase(context, id, 'active', 'needs_reauthorization');
  const { phase, problem } = summarizeConnection(await requireConnection(context, id));
  if (phase !== 'needs_reauthorization') return;
  throw new NeedsPerson('It is paused no longer, but X has stopped accepting the credentials meanwhile.', {
    nextStep: problem?.nextStep ?? { action: 'reconnect', connectionId: id, text: 'Sign in again.' },
  });
};

/** Ends a connection. Repeating it changes nothing, and may delete what it has imported after it has ended. */
export const endConnection = async (
  context: Context,
  id: ConnectionId,
  { reason, deleteData = false }: DisconnectOptions = {},
): Promise<void> => {
  const row = await requireConnection(context, id);
  if (row.phase === 'disconnected' && !deleteData) return;
  const args: [{ reason: string; deleteData: boolean }] = [
    { reason: reason ?? `asked by ${context.actor}`, deleteData },
  ];
  // A workflow that has ended is started once more: after somebody has terminated it, grants and credential must end with
  // the connection; after an earlier disconnect, it starts the deletion.
  await callTemporal(context, 'disconnect', async () =>
    context.temporal.workflow.executeUpdateWithStart(disconnectUpdate, {
      startWorkflowOperation: await startOperation(context, { connectionId: id }),
      args,
      updateId: randomUUID(),
    }),
  );
  await awaitConnectionEnd(context, id);
};
