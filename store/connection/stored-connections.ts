import type { Phase } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { StoredConnection, StoredRun } from '../../domain/restore.js';
import { listAccounts } from '../account/accounts.js';
import type { Queryable } from '../pool.js';
import { credentialProblem } from './credentials.js';

/** A connection that has not ended. */
export interface LiveConnection {
  readonly id: ConnectionId;
  readonly phase: Exclude<Phase, 'disconnected'>;
}

/**
 * The connections that have not ended, oldest first. One whose first sign-in began within the last minute is left out:
 * whoever makes it may not have started its workflow yet.
 */
export const liveConnections = async (db: Queryable): Promise<readonly LiveConnection[]> => {
  const { rows } = await db.query<LiveConnection & Record<string, unknown>>(
    `select id, phase from importer.connections where phase <> 'disconnected'
       and (phase <> 'authorizing' or created_at < now() - interval '1 minute')
     order by created_at, id`,
  );
  return rows;
};

/**
 * What is stored of connections that have not ended. A history whose grant reaches further back than its run was chosen
 * again meanwhile, and has to run once more. One without a run begins when it is its turn.
 */
export const storedConnections = async (
  db: Queryable,
  ids: readonly ConnectionId[],
): Promise<readonly StoredConnection[]> => {
  const { rows } = await db.query<Omit<StoredConnection, 'accounts' | 'selectable'> & Record<string, unknown>>(
    `select c.id as "connectionId", c.phase, c.pause_note as "pauseNote", c.choice,
       case when c.problem_code is not null
         then jsonb_build_object('code', c.problem_code, 'nextStep', c.problem) end as problem,
       ${credentialProblem('k')} as "credentialProblem",
       (select coalesce(jsonb_object_agg(g.account_id, jsonb_strip_nulls(jsonb_build_object('status', g.status,
            'problem', case when g.blocked_code is not null
              then jsonb_build_object('code', g.blocked_code, 'nextStep', g.blocked_reason) end,
            'rerun', case when exists (select from importer.import_runs r
              where r.connection_id = c.id and r.account_id = g.account_id and r.state = 'running'
                and r.kind = 'history' and g.history_from < r.first_day) then true end,
            'waits', case when g.status = 'backfilling' and not exists (select from importer.import_runs r
              where r.connection_id = c.id and r.account_id = g.account_id and r.state = 'running'
                and r.kind = 'history') then true end))), '{}')
        from importer.grants g where g.connection_id = c.id and g.ended_at is null) as grants,
       (select jsonb_build_object('oauthRequestId', o.id, 'answered', o.state = 'callback_received')
        from importer.oauth_requests o
        where o.connection_id = c.id and o.state in ('asked', 'pending', 'callback_received')
        order by o.created_at desc limit 1) as "signIn"
     from importer.connections c left join importer.credentials k using (x_user_id)
     where c.id = any($1) and c.phase <> 'disconnected' order by c.created_at, c.id`,
    [ids],
  );
  return Promise.all(
    rows.map(async (row) => {
      const listed = row.phase === 'choosing' ? await listAccounts(db, row.connectionId) : [];
      return { ...row, accounts: listed.length, selectable: listed.filter(({ selectable }) => selectable).length };
    }),
  );
};

/** The running runs of active connections, oldest first: those that hold days come before those that wait for them. */
export const storedRuns = async (db: Queryable, ids: readonly ConnectionId[]): Promise<readonly StoredRun[]> => {
  const { rows } = await db.query<StoredRun & Record<string, unknown>>(
    `select r.id as "runId", r.connection_id as "connectionId", r.account_id as "accountId", r.kind,
       r.workflow_id as "workflowId", json_build_object('from', r.first_day, 'to', r.last_day) as range, r.refetch,
       r.request_id as "requestId",
       exists (select from importer.asks a where a.run_id = r.id)
         or exists (select from importer.slices s where s.run_id = r.id) as surveyed
     from importer.import_runs r join importer.connections c on c.id = r.connection_id
     where r.state = 'running' and r.connection_id = any($1) and c.choice is not null
       and c.phase in ('choosing', 'active')
     order by r.started_at, r.id`,
    [ids],
  );
  return rows;
};

/** Ended connections whose data are still being deleted. */
export const deletingConnections = async (db: Queryable): Promise<readonly ConnectionId[]> => {
  const { rows } = await db.query<{ id: ConnectionId }>(
    `select id from importer.connections
     where phase = 'disconnected' and deletion_began_at is not null and deletion_ended_at is null order by id`,
  );
  return rows.map(({ id }) => id);
};

/** What is stored, for whoever starts workflows anew. */
export const storedWork = (db: Queryable) => ({
  live: async (): Promise<readonly ConnectionId[]> => (await liveConnections(db)).map(({ id }) => id),
  connections: (ids: readonly ConnectionId[]) => storedConnections(db, ids),
  runs: (ids: readonly ConnectionId[]) => storedRuns(db, ids),
  deleting: () => deletingConnections(db),
});
