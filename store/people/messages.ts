import type { Instant } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Db, Queryable } from '../pool.js';
import type { HookKind } from './notification-settings.js';

export type WorkspaceChannel = 'email' | HookKind;

/** What a web hook gets, beside the message's id. */
export interface WorkspaceMessageBody {
  readonly text: string;
  readonly [part: string]: unknown;
}

export interface WorkspaceMessage {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: 'alarm' | 'recovery' | 'test';
  readonly subject: string;
  readonly body: WorkspaceMessageBody;
}

/** A message is tried for so long. */
const TRIED = `m.created_at > now() - interval '1 day'`;
/** After the first failure five seconds, then ever longer. */
const NEXT_TRY = `now() + least(interval '5 minutes', interval '5 seconds' * (2 ^ least(d.tries, 10)))`;

export interface NewWorkspaceMessage extends Omit<WorkspaceMessage, 'id'> {
  readonly alarmIds: readonly string[];
  readonly connectionIds: readonly ConnectionId[];
  readonly channels: readonly WorkspaceChannel[];
}

const addMessage = async (tx: Queryable, message: Omit<NewWorkspaceMessage, 'channels'>): Promise<string> => {
  const { workspaceId, kind, subject, body, alarmIds, connectionIds } = message;
  const { rows } = await tx.query<{ id: string }>(
    `insert into app.messages (workspace_id, kind, alarm_ids, connection_ids, subject, body)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [workspaceId, kind, alarmIds, connectionIds, subject, body],
  );
  return rows[0]?.id ?? '';
};

/** Queues a message for each of the channels, in the transaction that notes what it is about. */
export const queueMessage = async (tx: Queryable, { channels, ...message }: NewWorkspaceMessage): Promise<void> => {
  const id = await addMessage(tx, message);
  await tx.query('insert into app.deliveries (message_id, channel) select $1, unnest($2::text[])', [id, channels]);
};

/** Alarms that are over are told to nobody who has not heard of them. */
export const withdrawAlarms = async (tx: Queryable, alarmIds: readonly string[]): Promise<void> => {
  await tx.query(
    `delete from app.deliveries d using app.messages m
     where m.id = d.message_id and d.sent_at is null and m.kind = 'alarm' and m.alarm_ids && $1::bigint[] and not exists (
       select from app.alarms a where a.id = any(m.alarm_ids) and a.over_at is null)`,
    [alarmIds],
  );
};

/** What waits for a channel that is not set any more is not sent there. */
export const withdrawChannels = async (
  tx: Queryable,
  workspaceId: string,
  channels: readonly WorkspaceChannel[],
): Promise<void> => {
  await tx.query(
    `delete from app.deliveries d using app.messages m
     where m.id = d.message_id and m.workspace_id = $1 and d.sent_at is null and d.channel = any($2)`,
    [workspaceId, channels],
  );
};

/** Queues the recovery for the channels that have heard of one of the alarms; for none, nothing is stored. */
export const queueRecovery = async (tx: Queryable, { channels, ...message }: NewWorkspaceMessage): Promise<void> => {
  const { rows } = await tx.query<{ channel: WorkspaceChannel }>(
    `select distinct d.channel from app.deliveries d join app.messages m on m.id = d.message_id
     where m.workspace_id = $1 and m.kind = 'alarm' and m.alarm_ids && $2::bigint[] and d.sent_at is not null
       and d.channel = any($3)`,
    [message.workspaceId, message.alarmIds, channels],
  );
  if (rows.length > 0) await queueMessage(tx, { ...message, channels: rows.map(({ channel }) => channel) });
};

/**
 * Sends the deliveries that are due, each by one sender at a time, because its row is locked while `send` runs.
 * @param send answers why the channel did not take the message; undefined where it did
 */
export const sendDue = async (
  db: Db,
  send: (message: WorkspaceMessage, channel: WorkspaceChannel) => Promise<string | undefined>,
): Promise<number> => {
  const { rows: due } = await db.query<{ id: string; channel: WorkspaceChannel }>(
    `select d.message_id as id, d.channel from app.deliveries d join app.messages m on m.id = d.message_id
     where d.sent_at is null and d.next_try_at <= now() and ${TRIED} order by m.created_at, d.channel limit 100`,
  );
  const sent = await Promise.all(
    due.map(({ id, channel }) =>
      db.transaction(async (tx) => {
        const { rows } = await tx.query<WorkspaceMessage & Record<string, unknown>>(
          `select m.id, m.workspace_id as "workspaceId", m.kind, m.subject, m.body
           from app.deliveries d join app.messages m on m.id = d.message_id
           where d.message_id = $1 and d.channel = $2 and d.sent_at is null and d.next_try_at <= now()
           for update of d skip locked`,
          [id, channel],
        );
        const [message] = rows;
        if (message === undefined) return 0;
        const trouble = await send(message, channel);
        await tx.query(
          `update app.deliveries d set tries = tries + 1, trouble = $3::text, next_try_at = ${NEXT_TRY},
             sent_at = case when $3::text is null then clock_timestamp() end
           where message_id = $1 and channel = $2`,
          [id, channel, trouble ?? null],
        );
        return trouble === undefined ? 1 : 0;
      }),
    ),
  );
  return sent.reduce((sum: number, one) => sum + one, 0);
};

export interface Delivered {
  readonly channel: WorkspaceChannel;
  readonly sentAt: Instant | null;
  readonly trouble: string | null;
  /** It is not tried any more. */
  readonly givenUp: boolean;
}

/** Notes a message that was sent at once, with what became of it in each channel. */
export const noteSent = async (
  tx: Queryable,
  message: Omit<NewWorkspaceMessage, 'channels'>,
  outcomes: readonly { readonly channel: WorkspaceChannel; readonly trouble: string | undefined }[],
): Promise<void> => {
  const id = await addMessage(tx, message);
  await tx.query(
    `insert into app.deliveries (message_id, channel, tries, next_try_at, trouble, sent_at)
     select $1, o.channel, 1, 'infinity', o.trouble, case when o.trouble is null then clock_timestamp() end
     from unnest($2::text[], $3::text[]) as o (channel, trouble)`,
    [id, outcomes.map(({ channel }) => channel), outcomes.map(({ trouble }) => trouble ?? null)],
  );
};

export interface RecentMessage {
  readonly id: string;
  readonly kind: WorkspaceMessage['kind'];
  readonly subject: string;
  readonly createdAt: Instant;
  readonly deliveries: readonly Delivered[];
}

/** The newest messages of a workspace that went, or are to go, somewhere. */
export const recentMessages = async (
  db: Queryable,
  workspaceId: string,
  limit: number,
): Promise<readonly RecentMessage[]> => {
  const { rows } = await db.query<RecentMessage & Record<string, unknown>>(
    `select m.id, m.kind, m.subject, m.created_at as "createdAt", (
       select jsonb_agg(jsonb_build_object('channel', d.channel, 'sentAt', d.sent_at, 'trouble', d.trouble,
         'givenUp', d.sent_at is null and (d.next_try_at = 'infinity' or not ${TRIED})) order by d.channel)
       from app.deliveries d where d.message_id = m.id) as deliveries
     from app.messages m where m.workspace_id = $1 and exists (select from app.deliveries d where d.message_id = m.id)
     order by m.created_at desc, m.id limit $2`,
    [workspaceId, limit],
  );
  return rows;
};
