import type { Alarm, Judgement } from '../../domain/alarm.js';
import type { Instant } from '../../domain/calendar.js';
import type { Queryable } from '../pool.js';

const SELECT = `id::text as id, kind, subject, connection_ids as "connectionIds", seen_at as "seenAt", raised_at as "raisedAt"`;

export const openAlarms = async (db: Queryable, workspaceId: string): Promise<readonly Alarm[]> => {
  const { rows } = await db.query<Omit<Alarm, 'raisedAt'> & { raisedAt: Instant | null }>(
    `select ${SELECT} from app.alarms where workspace_id = $1 and over_at is null order by id`,
    [workspaceId],
  );
  return rows.map(({ raisedAt, ...alarm }) => (raisedAt === null ? alarm : { ...alarm, raisedAt }));
};

/** Stores what was judged. Answers the ids of the alarms that are raised now. */
export const saveJudgement = async (
  tx: Queryable,
  workspaceId: string,
  { seen, kept, raised, recovered, dropped }: Judgement,
): Promise<readonly string[]> => {
  const over = [...recovered, ...dropped].map(({ id }) => id);
  await tx.query('update app.alarms set over_at = clock_timestamp() where id = any($1::bigint[])', [over]);
  for (const { kind, subject, connectionIds } of seen)
    await tx.query('insert into app.alarms (workspace_id, kind, subject, connection_ids) values ($1, $2, $3, $4)', [
      workspaceId,
      kind,
      subject,
      connectionIds,
    ]);
  for (const { id, connectionIds } of kept)
    await tx.query('update app.alarms set connection_ids = $2 where id = $1 and connection_ids <> $2', [
      id,
      connectionIds,
    ]);
  const { rows } = await tx.query<{ id: string }>(
    `update app.alarms a set raised_at = clock_timestamp() from unnest($2::text[], $3::text[]) as r (kind, subject)
     where a.workspace_id = $1 and a.over_at is null and (a.kind, a.subject) = (r.kind, r.subject)
     returning a.id::text as id`,
    [workspaceId, raised.map(({ kind }) => kind), raised.map(({ subject }) => subject)],
  );
  return rows.map(({ id }) => id);
};
