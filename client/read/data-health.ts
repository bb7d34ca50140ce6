import { listConnections } from '../../store/connection/connections.js';
import { quotaSeen } from '../../store/reports/quota.js';
import type { DataHealth } from '../console-shapes.js';
import type { Context } from '../context.js';
import { connectionProblem } from './connections.js';
import { readStances } from './stance.js';

/** How all accounts of all connections stand, which credentials need a person, and what X still allows. */
export const readDataHealth = async (context: Context): Promise<DataHealth> => {
  const rows = await listConnections(context.db, context.viewer);
  const [stances, quota] = await Promise.all([
    readStances(context, rows, connectionProblem),
    quotaSeen(context.db, context.viewer),
  ]);
  const connections = rows.map(({ id, displayName, screenName }) => {
    const stance = stances.get(id);
    if (stance === undefined) throw new Error(`no stance of ${id}`);
    return {
      id,
      displayName,
      ...(screenName === null ? {} : { screenName }),
      mark: stance.mark,
      accounts: stance.accounts(),
    };
  });
  return { connections, quota, asOf: context.now().toISOString() };
};
