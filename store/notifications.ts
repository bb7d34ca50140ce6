import type { Instant } from '../domain/calendar.js';
import type { Problem } from '../domain/connection.js';
import type { ConnectionId, XUserId } from '../domain/ids.js';
import type { Db, Queryable } from './pool.js';

/** What people are told of. */
export type NotificationKind = 'credentials_rejected';

export interface Notification {
  readonly kind: NotificationKind;
  readonly xUserId: XUserId;
  readonly screenName: string;
  readonly connectionIds: readonly ConnectionId[];
  readonly reason: string;
  /** What X refuses, and the step that cures it. (Default: the credentials; sign in again) */
  readonly problem?: Problem | null;
}

/** Ways to people; each is delivered to by itself, so that one that is away does not make the other repeat itself. */
export type Channel = 'webhook' | 'email';

export interface QueuedNotification extends Omit<Notification, 'connectionIds'> {
  readonly queuedAt: Instant;
  readonly connections: readonly { readonly id: ConnectionId; readonly name: string }[];
}

/** Everything that happened within a window, told at once. */
export interface Message {
  readonly id: string;
  readonly notifications: readonly QueuedNotification[];
}

/**
 * Call it in the transaction that makes the thing happen. True for the one caller that queued it: by `key`, the same
 * for whoever meets the same thing.
 */
export const queueNotification = async (
  tx: Queryable,
  { key, kind, xUserId, screenName, connectionIds, reason, problem }: Notification & { readonly key: string },
): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into importer.notifications (kind, key, x_user_id, screen_name, connection_ids, reason, code, next_step)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (key) do nothing`,
    [kind, key, xUserId, screenName, connectionIds, reason, problem?.code ?? null, problem?.nextStep ?? null],
  );
  return rowCount === 1;
};

/**
 * Puts all that is queued into one message, once the oldest has waited for the window. Answers for how many seconds
 * something still has to wait; 0 when nothing does.
 */
export const gatherMessage = (db: Db, windowSeconds: number): Promise<number> =>
  db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('importer.notifications', 0))`);
    const { rows } = await tx.query<{ age: number | null }>(
      `select extract(epoch from clock_timestamp() - min(queued_at))::float8 as age
       from importer.notifications where message_id is null`,
    );
    const age = rows[0]?.age ?? null;
    if (age === null) return 0;
    if (age < windowSeconds) return windowSeconds - age;
    await tx.query(
      `with message as (insert into importer.notification_messages default values returning id)
       update importer.notifications set message_id = message.id from message where message_id is null`,
    );
    return 0;
  });

/** Messages that not every configured channel has yet, oldest first. After a day they are no news any more. */
export const unsettledMessages = async (db: Queryable): Promise<readonly string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select id from importer.notification_messages
     where settled_at is null and created_at > now() - interval '1 day' order by created_at, id`,
  );
  return rows.map(({ id }) => id);
};

const contentOf = async (tx: Queryable, id: string): Promise<Message> => {
  const { rows } = await tx.query<QueuedNotification & Record<string, unknown>>(
    `select n.kind, n.x_user_id as "xUserId", n.screen_name as "screenName", n.reason, n.queued_at as "queuedAt",
       case when n.code is not null then jsonb_build_object('code', n.code, 'nextStep', n.next_step) end as problem,
       (select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.display_name) order by c.created_at, c.id)
        from importer.connections c where c.id = any(n.connection_ids)) as connections
     from importer.notifications n where n.message_id = $1 order by n.queued_at, n.id`,
    [id],
  );
  return { id, notifications: rows };
};

const SENT_AT: Readonly<Record<Channel, string>> = { webhook: 'webhook_sent_at', email: 'email_sent_at' };

/**
 * Delivers a message through a channel that has not had it: once, also when two try at the same moment, because its row
 * is held while `send` is under way. `busy` says that another holds it, and may still fail.
 */
export const deliver = (
  db: Db,
  id: string,
  channel: Channel,
  send: (message: Message) => Promise<void>,
): Promise<'sent' | 'sent_before' | 'busy'> =>
  db.transaction(async (tx) => {
    const column = SENT_AT[channel];
    const { rows } = await tx.query<{ sent: boolean }>(
      `select ${column} is not null as sent from importer.notification_messages where id = $1 for update skip locked`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) return 'busy';
    if (row.sent) return 'sent_before';
    await send(await contentOf(tx, id));
    await tx.query(`update importer.notification_messages set ${column} = clock_timestamp() where id = $1`, [id]);
    return 'sent';
  });

/** Every configured channel has it. Answers the message for the one caller that settled it. */
export const settleMessage = async (db: Db, id: string): Promise<Message | undefined> => {
  const { rowCount } = await db.query(
    'update importer.notification_messages set settled_at = clock_timestamp() where id = $1 and settled_at is null',
    [id],
  );
  return rowCount === 1 ? contentOf(db, id) : undefined;
};
