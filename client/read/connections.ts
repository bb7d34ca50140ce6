import { type Action, type Phase, permits } from '../../domain/connection.js';
import { type ConnectionRow, type DataDeletion, listConnections } from '../../store/connection/connections.js';
import type { Context } from '../context.js';
import type { ListConnectionsOptions } from '../options.js';
import type { ConnectionSummary, ProblemSummary } from '../shapes.js';
import { problemSummary } from './problem.js';
import { readStances, type Stance } from './stance.js';

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
export const connectionProblem = ({
  id,
  phase,
  problem,
  credentialProblem,
}: ConnectionRow): ProblemSummary | undefined => {
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

/** What a connection's own row says of it. */
export const summarizeConnection = (row: ConnectionRow): Omit<ConnectionSummary, 'mark' | 'days'> => {
  const problem = connectionProblem(row);
  const signInProblem = problemSummary(row.signInProblem, { id: row.id, otherwise: 'reconnect' });
  return {
    id: row.id,
    displayName: row.displayName,
    phase: row.phase,
    privacy: row.privacy,
    ...(row.teamId === null ? {} : { teamId: row.teamId }),
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    version: row.version,
    ...(row.xUserId === null ? {} : { xUserId: row.xUserId }),
    ...(row.screenName === null ? {} : { screenName: row.screenName }),
    ...(problem === undefined ? {} : { problem }),
    ...(signInProblem === undefined ? {} : { signInProblem }),
    ...(row.pauseNote === null ? {} : { note: row.pauseNote }),
    grants: row.grants,
    ...(row.deletion === null ? {} : { deletion: deletionSummary(row.deletion) }),
    can: permissionsIn(row.phase),
  };
};

const described = (row: ConnectionRow, { mark, days }: Stance): ConnectionSummary => ({
  ...summarizeConnection(row),
  mark,
  days,
});

export const connectionSummaries = async (
  context: Context,
  rows: readonly ConnectionRow[],
): Promise<readonly ConnectionSummary[]> => {
  const stances = await readStances(context, rows, connectionProblem);
  return rows.flatMap((row) => {
    const stance = stances.get(row.id);
    return stance === undefined ? [] : described(row, stance);
  });
};

/** A connection with its status, and how each of its accounts stands. */
export const describeStance = async (
  context: Context,
  row: ConnectionRow,
  problem: ProblemSummary | undefined = connectionProblem(row),
): Promise<{ readonly summary: ConnectionSummary; readonly stance: Stance }> => {
  const stance = (await readStances(context, [row], () => problem)).get(row.id);
  if (stance === undefined) throw new Error(`no stance of ${row.id}`);
  const summary = described(row, stance);
  return { summary: problem === undefined ? summary : { ...summary, problem }, stance };
};

export const connectionSummary = async (context: Context, row: ConnectionRow): Promise<ConnectionSummary> =>
  (await describeStance(context, row)).summary;

export const readConnections = async (
  context: Context,
  { withDisconnected = false }: ListConnectionsOptions = {},
): Promise<readonly ConnectionSummary[]> =>
  connectionSummaries(context, await listConnections(context.db, context.viewer, { withDisconnected }));
