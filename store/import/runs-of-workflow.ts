import type { Queryable } from '../pool.js';
import type { Run } from './runs.js';

/**
 * Running runs under the same workflow id beside the given one: executions that were terminated left them open. The id of
 * a history is used by one execution after the other.
 */
export const otherRunsOfWorkflow = async (
  db: Queryable,
  { workflowId, id }: Pick<Run, 'workflowId' | 'id'>,
): Promise<readonly Pick<Run, 'id' | 'connectionId' | 'accountId'>[]> => {
  const { rows } = await db.query<Pick<Run, 'id' | 'connectionId' | 'accountId'>>(
    `select id, connection_id as "connectionId", account_id as "accountId" from importer.import_runs
     where workflow_id = $1 and state = 'running' and id <> $2`,
    [workflowId, id],
  );
  return rows;
};
