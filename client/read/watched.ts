import type { Watched } from '../../domain/alarm.js';
import type { Privacy } from '../../domain/connection.js';
import { listConnections } from '../../store/connection/connections.js';
import { type Context, requireOperator } from '../context.js';
import { connectionProblem } from './connections.js';
import { readStances } from './stance.js';

/** How a connection stands, with what a message may say of it. */
export interface WatchedConnection extends Watched {
  readonly displayName: string;
  readonly privacy: Privacy;
  readonly createdBy: string;
}

/** How each connection of a workspace stands that goes on, whoever sees it. */
export const readWatched = async (context: Context, workspaceId: string): Promise<readonly WatchedConnection[]> => {
  requireOperator(context, 'watch a workspace');
  const rows = (await listConnections(context.db, context.viewer)).filter((row) => row.workspaceId === workspaceId);
  const stances = await readStances(context, rows, connectionProblem);
  return rows.flatMap(({ id, displayName, privacy, createdBy, xUserId, credentialProblem }) => {
    const stance = stances.get(id);
    if (stance === undefined) return [];
    const refusedXUser = credentialProblem === null ? undefined : (xUserId ?? undefined);
    return { id, displayName, privacy, createdBy, mark: stance.mark, openSince: stance.openSince, refusedXUser };
  });
};
