import { isDeepStrictEqual } from 'node:util';
import type { Choice, ConnectionState, Phase } from '../domain/connection.js';
import { connectionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import { getVisibleConnection } from '../store/connection/connections.js';
import { connectionStateQuery } from '../workflows/messages.js';
import type { Context } from './context.js';
import { NeedsPerson, TimedOut } from './errors.js';
import { poll } from './poll.js';
import { problemSummary } from './read/problem.js';
import { callConnection, workflowEnd } from './temporal.js';

/*
 * A connection's workflow notes a request, answers, and acts on it a moment later. Callers expect it done when their call
 * returns, so the calls wait for it; what takes longer than the importer's timeout goes on by itself.
 */

const INTERVAL_MS = 50;

/** True when it has come about, false when it is still being worked on. */
const until = async (context: Context, isSo: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await poll({
      timeout: context.workerTimeout,
      interval: INTERVAL_MS,
      look: async () => ((await isSo()) ? true : undefined),
      onTimeout: () => new TimedOut('The connection is still working on it.'),
    });
  } catch (error) {
    if (error instanceof TimedOut) return false;
    throw error;
  }
};

/** Waits until the connection is in one of the phases. */
export const awaitPhase = (context: Context, id: ConnectionId, ...phases: readonly Phase[]): Promise<boolean> =>
  until(context, async () => {
    const row = await getVisibleConnection(context.db, context.viewer, id);
    return row !== undefined && phases.includes(row.phase);
  });

/** Waits until its workflow has ended: the phase changes before the credential is erased and data are deleted. */
export const awaitConnectionEnd = (context: Context, id: ConnectionId): Promise<boolean> =>
  until(context, async () => (await workflowEnd(context, connectionWorkflowId(id))) !== undefined);

export const queryConnection = (context: Context, id: ConnectionId): Promise<ConnectionState> =>
  callConnection(context, id, 'look at the connection', (handle) => handle.query(connectionStateQuery));

/**
 * Waits until a choice is in force: its grants are written and their backfills started. True then, false when it is still
 * being worked on. `before` is the state in which it was made, so that its problem is not taken for an answer.
 */
export const awaitChoice = async (
  context: Context,
  id: ConnectionId,
  choice: Choice,
  before: ConnectionState,
): Promise<boolean> => {
  const known = 'problem' in before ? before.problem : undefined;
  return until(context, async () => {
    const state = await queryConnection(context, id);
    if ('choice' in state && isDeepStrictEqual(state.choice, choice)) return true;
    const problem = state.phase === 'choosing' || state.phase === 'active' ? state.problem : undefined;
    if (problem === undefined || isDeepStrictEqual(problem, known)) return false;
    throw new NeedsPerson(`The choice could not be saved (${problem.code.replaceAll('_', ' ')}).`, {
      nextStep: problemSummary(problem, { id, otherwise: 'choose' })?.nextStep,
    });
  });
};
