import { isDeepStrictEqual } from 'node:util';
import type { Choice, ConnectionState, Phase } from '../domain/connection.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import { getConnection } from '../store/connection/connections.js';
import { connectionStateQuery } from '../workflows/messages.js';
import type { Context } from './context.js';
import { NeedsPerson } from './errors/needs-person.js';
import { TimedOut } from './errors/timed-out.js';
import { poll } from './poll.js';
import { callTemporal, connectionHandle, workflowEnd } from './temporal.js';

/*
 * A connection notes what it is asked for, answers, and does it a moment later. People and scripts expect it done when
 * the call returns, so the calls wait for it; what takes longer than a person's timeout goes on by itself.
 */

const INTERVAL_MS = 50;

/** True when it has come about, false when it is still being worked on. */
const until = async (context: Context, isSo: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await poll({
      timeout: context.workerTimeout,
      interval: INTERVAL_MS,
      look: async () => ((await isSo()) ? true : undefined),
      late: () => new TimedOut('The connection is still working on it.'),
    });
  } catch (error) {
    if (error instanceof TimedOut) return false;
    throw error;
  }
};

export const untilPhase = (context: Context, id: ConnectionId, ...phases: readonly Phase[]): Promise<boolean> =>
  until(context, async () => {
    const row = await getConnection(context.db, id);
    return row !== undefined && phases.includes(row.phase);
  });

/** Until its workflow has ended: the phase says so before the credential is erased and what must be deleted is deleted. */
export const untilEnded = (context: Context, id: ConnectionId): Promise<boolean> =>
  until(context, async () => (await workflowEnd(context, connectionWorkflowId(id))) !== undefined);

export const stateOf = (context: Context, id: ConnectionId): Promise<ConnectionState> =>
  callTemporal(context, 'say where it stands', () => connectionHandle(context, id).query(connectionStateQuery));

/**
 * Waits until a choice is in force: its grants are written and their backfills started. True then, false when it is still
 * being worked on. `before` is the state in which it was made, so that its problem is not taken for an answer.
 */
export const untilChosen = async (
  context: Context,
  id: ConnectionId,
  choice: Choice,
  before: ConnectionState,
): Promise<boolean> => {
  const known = 'problem' in before ? before.problem : undefined;
  return until(context, async () => {
    const state = await stateOf(context, id);
    if ('choice' in state && isDeepStrictEqual(state.choice, choice)) return true;
    const problem = state.phase === 'choosing' || state.phase === 'active' ? state.problem : undefined;
    if (problem === undefined || isDeepStrictEqual(problem, known)) return false;
    throw new NeedsPerson(`The choice could not be saved (${problem.code.replaceAll('_', ' ')}).`, {
      nextStep: problem.nextStep,
    });
  });
};
