import { type Action, type Phase, permits } from '../../domain/connection.js';
import { type ConnectionRow, type DataDeletion, listConnections } from '../../store/connection/connections.js';
import type { Context } from '../context.js';
import type { ListConnectionsOptions } from '../options.js';
import type { ConnectionSummary, ProblemSummary } from '../shapes.js';
import { problemSummary } from './problem.js';

const permissionsIn = (phase: Phase): ConnectionSummary['can'] => {
  const may = (action: Action): ConnectionSummary['can'][Action] => permits(phase, action);
  return {
    sign_in: may('sign_in'),
    choose: may('choose'),
    backfill: may('backfill'),
    cancel: may('cancel'),
    sync: may('sync'),
    pause: may('pause'),
    resume: may('resume'),
    disconnect: may('disconnect'),
    rename: may('rename'),
  };
};

/** A paused connection stays so whatever becomes of its credential; but resuming it would not be enough. */
const problemOf = ({ id, phase, problem, credentialProblem }: ConnectionRow): ProblemSummary | undefined => {
  const otherwise = phase === 'choosing' || phase === 'active' ? 'choose' : 'reconnect';
  return (
    problemSummary(problem, { id, otherwise }) ??
    (phase === 'paused' ? problemSummary(credentialProblem, { id, otherwise: 'reconnect' }) : undefined)
  );
};

const deletionSummary = ({ endedAt, ...rest }: DataDeletion): NonNullable<ConnectionSummary['deletion']> => ({
  ...rest,
  ...(endedAt === null ? {} : { endedAt }),
});

export const summarizeConnection = (row: ConnectionRow): ConnectionSummary => {
  const problem = problemOf(row);
  return {
    id: row.id,
    displayName: row.displayName,
    phase: row.phase,
    privacy: row.privacy,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    ...(row.xUserId === null ? {} : { xUserId: row.xUserId }),
    ...(row.screenName === null ? {} : { screenName: row.screenName }),
    ...(problem === undefined ? {} : { problem }),
    ...(row.pauseNote === null ? {} : { note: row.pauseNote }),
    grants: row.grants,
    ...(row.deletion === null ? {} : { deletion: deletionSummary(row.deletion) }),
    can: permissionsIn(row.phase),
  };
};

export const readConnections = async (
  { db, viewer }: Context,
  { withDisconnected = false }: ListConnectionsOptions = {},
): Promise<readonly ConnectionSummary[]> =>
  (await listConnections(db, viewer, { withDisconnected })).map(summarizeConnection);
