import type { Instant } from '../domain/calendar.js';
import type { Problem } from '../domain/connection.js';
import type { ConnectionId, XUserId } from '../domain/ids.js';
import { lockUntilCommit, LOCKS, tryLockUntilCommit } from './locks.js';
import type { Db, Queryable } from './pool.js';

/** What people are notified of. */
export type NotificationKind = 'credentials_rejected';

export interface Notification {
  readonly kind: NotificationKind;
  readonly xUserId: XUserId;
  readonly screenName: string;
  readonly connectionIds: readonly ConnectionId[];
  readonly reason: string;
  /** What X refuses, and the step that cures it. (Default: X refuses the credentials; sign in again) */
  readonly problem?: Problem | null;
}

/** Each channel is delivered to separately, so that one that fails does not make the other send twice. */
export type Channel = 'webhook' | 'email';

export interface QueuedNotification extends Omit<Notification, 'connectionIds'> {
  readonly queuedAt: Instant;
  readonly connections: readonly { readonly id: ConnectionId; readonly name: string }[];
}

/** Everything that happened within a window, in one message. */
export interface Message {
  readonly id: string;
  /** Those that are not withdrawn; empty when all are. */
  readonly notifications: readonly QueuedNotification[];
}

/**
 * The condition under which the notification `n` is still news: the credential has no other token pair since, and a
 * connection that uses it has not ended.
 */
export const STILL_NEWS = `(
  not exists (select from importer.credentials k
    where k.x_user_id = n.x_user_id and (k.status <> 'rejected' or k.rejected_at > n.queued_at))
  and exists (select from importer.connections c where c.id = any(n.connection_ids) and c.phase <> 'disconnected'))`;

/** The condition under which the message `m` is still tried; afterwards it is given up. */
export const STILL_TRIED = `(m.closed_at is null and m.created_at > now() - interval '1 day')`;

/**
 * Queues a notification, in the transaction that does what people are notified of. True for the one caller that queued
 * it: `key` identifies what happened, the same for every run that meets it.
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

/** A notification that is no news any more. */
export interface Withdrawn {
  readonly xUserId: XUserId;
  readonly connectionIds: readonly ConnectionId[];
}

export interface Gathered {
  /** After so many seconds the next message is due; 0 when no notification waits. */
  readonly waitSeconds: number;
  readonly withdrawn: readonly Withdrawn[];
}

/**
 * Withdraws what is no news any more, and puts everything else that is queued into one message, once the oldest has
 * waited for the window.
 */
export const gatherMessage = (db: Db, windowSeconds: number): Promise<Gathered> =>
  db.transaction(async (tx) => {
    await lockUntilCommit(tx, LOCKS.notifications);
    const { rows: withdrawn } = await tx.query<Withdrawn & Record<string, unknown>>(
      `update importer.notifications n set withdrawn_at = clock_timestamp()
       where n.withdrawn_at is null and not ${STILL_NEWS} and not exists (
         select from importer.notification_messages m where m.id = n.message_id and m.closed_at is not null)
       returning n.x_user_id as "xUserId", n.connection_ids as "connectionIds"`,
    );
    const { rows } = await tx.query<{ age: number | null }>(
      `select extract(epoch from clock_timestamp() - min(queued_at))::float8 as age
       from importer.notifications where message_id is null and withdrawn_at is null`,
    );
    const age = rows[0]?.age ?? null;
    if (age === null) return { waitSeconds: 0, withdrawn };
    if (age < windowSeconds) return { waitSeconds: windowSeconds - age, withdrawn };
    await tx.query(
      `with message as (insert into importer.notification_messages default values returning id)
       update importer.notifications set message_id = message.id from message
       where message_id is null and withdrawn_at is null`,
    );
    return { waitSeconds: 0, withdrawn };
  });

export interface GivenUp {
  readonly id: string;
  /** Why each channel that does not have it has failed. */
  readonly reason: string;
  readonly connectionIds: readonly ConnectionId[];
}

/** Gives up messages that no channel could send within a day, and returns them, each to one caller. */
export const giveUpMessages = async (db: Queryable): Promise<readonly GivenUp[]> => {
  const { rows } = await db.query<GivenUp & Record<string, unknown>>(
    `with old as (
       select m.id from importer.notification_messages m
       where m.closed_at is null and not ${STILL_TRIED} and exists (
         select from importer.notifications n where n.message_id = m.id and n.withdrawn_at is null)
       for update skip locked)
     update importer.notification_messages m set closed_at = clock_timestamp(), given_up_at = clock_timestamp(),
       given_up_reason = coalesce(
         nullif(concat_ws('; ', m.webhook_trouble, m.email_trouble), ''), 'no worker tried to send it within a day')
     from old where m.id = old.id
     returning m.id, m.given_up_reason as reason, (
       select array_agg(distinct c.id) from importer.notifications n, unnest(n.connection_ids) as c (id)
       where n.message_id = m.id and n.withdrawn_at is null) as "connectionIds"`,
  );
  return rows;
};

interface ChannelColumns {
  readonly sent: string;
  readonly tried: string;
  readonly trouble: string;
}

const COLUMNS: Readonly<Record<Channel, ChannelColumns>> = {
  webhook: { sent: 'webhook_sent_at', tried: 'webhook_tried_at', trouble: 'webhook_trouble' },
  email: { sent: 'email_sent_at', tried: 'email_tried_at', trouble: 'email_trouble' },
};

/** Messages that the channel does not have yet: first those that were never tried, then those tried longest ago. */
export const messagesFor = async (db: Queryable, channel: Channel): Promise<readonly string[]> => {
  const { sent, tried } = COLUMNS[channel];
  const { rows } = await db.query<{ id: string }>(
    `select m.id from importer.notification_messages m
     where ${STILL_TRIED} and m.${sent} is null order by m.${tried} nulls first, m.created_at, m.id`,
  );
  return rows.map(({ id }) => id);
};

/** The message with what is not withdrawn. */
const contentOf = async (tx: Queryable, id: string): Promise<Message> => {
  const { rows } = await tx.query<QueuedNotification & Record<string, unknown>>(
    `select n.kind, n.x_user_id as "xUserId", n.screen_name as "screenName", n.reason, n.queued_at as "queuedAt",
       case when n.code is not null then jsonb_build_object('code', n.code, 'nextStep', n.next_step) end as problem,
       (select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.display_name) order by c.created_at, c.id)
        from importer.connections c where c.id = any(n.connection_ids)) as connections
     from importer.notifications n
     where n.message_id = $1 and n.withdrawn_at is null order by n.queued_at, n.id`,
    [id],
  );
  return { id, notifications: rows };
};

/** Withdraws what has stopped being news since. Committed before the message is sent, which may fail. */
const withdrawFrom = async (db: Queryable, id: string): Promise<void> => {
  await db.query(
    `update importer.notifications n set withdrawn_at = clock_timestamp()
     where n.message_id = $1 and n.withdrawn_at is null and not ${STILL_NEWS}`,
    [id],
  );
};

/**
 * Sends what is still news of a message through a channel that does not have it: once, also when two try at the same
 * moment, because a lock is held while `send` runs. `busy`: another holds the lock, and may still fail. `nothing`: all
 * is withdrawn.
 * @throws what `send` throws; then nothing is stored
 */
export const deliver = async (
  db: Db,
  id: string,
  channel: Channel,
  send: (message: Message) => Promise<void>,
): Promise<'sent' | 'sent_before' | 'busy' | 'nothing'> => {
  await withdrawFrom(db, id);
  return db.transaction(async (tx) => {
    const { sent, tried, trouble } = COLUMNS[channel];
    // Not a lock on the row: a channel that hangs would block the others.
    if (!(await tryLockUntilCommit(tx, LOCKS.delivery(id, channel)))) return 'busy';
    // Locked against `giveUpMessages` only, which locks the row for update.
    const { rows } = await tx.query<{ done: boolean }>(
      `select ${sent} is not null or closed_at is not null as done
       from importer.notification_messages where id = $1 for key share skip locked`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) return 'busy';
    if (row.done) return 'sent_before';
    const message = await contentOf(tx, id);
    if (message.notifications.length === 0) return 'nothing';
    await send(message);
    await tx.query(
      `update importer.notification_messages
       set ${sent} = clock_timestamp(), ${tried} = clock_timestamp(), ${trouble} = null
       where id = $1`,
      [id],
    );
    return 'sent';
  });
};

/** Stores why the channel did not take the message, in words for people. */
export const noteTrouble = async (db: Queryable, id: string, channel: Channel, trouble: string): Promise<void> => {
  const columns = COLUMNS[channel];
  await db.query(
    `update importer.notification_messages set ${columns.tried} = clock_timestamp(), ${columns.trouble} = $2
     where id = $1 and ${columns.sent} is null and closed_at is null`,
    [id, trouble],
  );
};

/**
 * Closes the messages that all these channels have, or of which all is withdrawn, and returns them, each to one caller.
 */
export const closeMessages = async (db: Db, channels: readonly Channel[]): Promise<readonly Message[]> => {
  const everywhere = ['true', ...channels.map((channel) => `m.${COLUMNS[channel].sent} is not null`)].join(' and ');
  const { rows } = await db.query<{ id: string }>(
    `with finished as (
       select m.id from importer.notification_messages m
       where m.closed_at is null and ((${everywhere}) or not exists (
         select from importer.notifications n where n.message_id = m.id and n.withdrawn_at is null))
       for no key update skip locked)
     update importer.notification_messages m set closed_at = clock_timestamp() from finished where m.id = finished.id
     returning m.id`,
  );
  return Promise.all(rows.map(({ id }) => contentOf(db, id)));
};
