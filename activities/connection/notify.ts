import { log } from '@temporalio/activity';
import { createTransport } from 'nodemailer';
import { request } from 'undici';
import {
  deliver,
  gatherMessage,
  giveUpMessages,
  messagesFor,
  noteTrouble,
  closeMessages,
} from '../../store/notifications.js';
import type { Channel, Message } from '../../store/notifications.js';
import { isConnectionError } from '../../store/pool.js';
import type { Db } from '../../store/pool.js';
import type { Deps, NotificationSettings } from '../deps.js';
import { messageBody } from './notification-text.js';
import { Postponed } from '../postponed.js';

/*
 * Notifies people once of what only they can solve. The outbox in Postgres holds what is not sent yet; Temporal repeats the
 * activity until every configured channel has it, or until a day has passed.
 */

/** Events within a minute go into one message. */
const WINDOW_SECONDS = 60;
const TIMEOUT_MS = 10_000;
/** An attempt of the activity may take two minutes. */
const ATTEMPT_SECONDS = 60;

/** The message does not contain the address: the URL of a web hook or a mail server is a secret. */
export class NotificationFailed extends Error {
  override readonly name = 'NotificationFailed' as const;
}

/** The error's codes only: messages of the library and the server may contain the address. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no reason given';
  const codes = ['code' in error ? error.code : '', 'responseCode' in error ? error.responseCode : ''];
  const given = codes.filter((code) => typeof code === 'number' || (typeof code === 'string' && code !== ''));
  return given.length === 0 ? error.name : given.map(String).join(' ');
};

const post = async (url: string, id: string, body: object): Promise<void> => {
  let status: number;
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id, 'user-agent': 'x-ads-importer' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = answer.statusCode;
    await answer.body.dump();
  } catch (error) {
    throw new NotificationFailed(`the web hook of NOTIFY_WEBHOOK_URL cannot be reached: ${codeOf(error)}`);
  }
  // Redirects are not followed: they would send names of connections to an address that nobody configured.
  if (status < 200 || status > 299) {
    throw new NotificationFailed(`the web hook of NOTIFY_WEBHOOK_URL answered ${status}`);
  }
};

const mail = async (
  { smtpUrl, to, from }: NonNullable<NotificationSettings['email']>,
  { id, subject, text }: { readonly id: string; readonly subject: string; readonly text: string },
): Promise<void> => {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: from ?? to[0],
      to: [...to],
      subject: `[X Ads Importer] ${subject}`,
      text,
      // The same for each attempt, so that mail programs show a mail that was sent twice once.
      messageId: `<${id}@x-ads-importer>`,
    });
  } catch (error) {
    throw new NotificationFailed(`the mail server of SMTP_URL did not take the mail: ${codeOf(error)}`);
  } finally {
    transport.close();
  }
};

type Send = (message: Message) => Promise<void>;

const channelsOf = (settings: NotificationSettings): readonly (readonly [Channel, Send])[] => {
  const { webhookUrl, email } = settings;
  return [
    ...(webhookUrl === undefined
      ? []
      : [['webhook', (message: Message) => post(webhookUrl, message.id, messageBody(message, settings))] as const]),
    ...(email === undefined || email.to.length === 0
      ? []
      : [['email', (message: Message) => mail(email, messageBody(message, settings))] as const]),
  ];
};

export interface SentNotifications {
  /** Messages that this call completed. */
  readonly messages: number;
  /** Notifications in these messages. */
  readonly notifications: number;
}

/** The result of sending a channel the messages that it does not have yet. */
interface Offered {
  /** Only the first failure of this attempt is kept. */
  readonly trouble?: string;
  /** Why messages are left that have not failed. */
  readonly left?: string;
}

const offerAll = async (db: Db, [channel, send]: readonly [Channel, Send], seconds: number): Promise<Offered> => {
  const until = performance.now() + seconds * 1_000;
  let trouble: string | undefined;
  let left: string | undefined;
  for (const [index, id] of (await messagesFor(db, channel)).entries()) {
    if (index > 0 && performance.now() >= until) {
      left = 'a channel is slow; the next attempt sends the rest';
      break;
    }
    try {
      if ((await deliver(db, id, channel, send)) === 'busy') left ??= 'another worker is sending the message';
    } catch (error) {
      // Without Postgres nothing more can be sent.
      if (!(error instanceof NotificationFailed) && isConnectionError(error)) throw error;
      const words = error instanceof NotificationFailed ? error.message : `the ${channel} failed: ${codeOf(error)}`;
      trouble ??= words;
      await noteTrouble(db, id, channel, words);
    }
  }
  return { ...(trouble === undefined ? {} : { trouble }), ...(left === undefined ? {} : { left }) };
};

const connectionIdsOf = ({ notifications }: Message): readonly string[] =>
  notifications.flatMap(({ connections }) => connections.map(({ id }) => id));

export const createNotifyActivities = ({ db, notifications: settings = {} }: Deps) => {
  const channels = channelsOf(settings);
  const names = channels.map(([channel]) => channel);

  const gather = async (): Promise<number> => {
    const { waitSeconds, withdrawn } = await gatherMessage(db, settings.windowSeconds ?? WINDOW_SECONDS);
    for (const { xUserId, connectionIds } of withdrawn) {
      log.info('healed before everybody was notified', { xUserIds: [xUserId], connectionIds });
    }
    return waitSeconds;
  };

  const giveUp = async (): Promise<void> => {
    for (const { id, reason, connectionIds } of await giveUpMessages(db)) {
      log.warn('gave up notifying after a day', { notificationId: id, reason, connectionIds });
    }
  };

  const finish = async (): Promise<SentNotifications> => {
    const sent = (await closeMessages(db, names)).filter(({ notifications }) => notifications.length > 0);
    for (const message of sent) {
      log.info('notified', {
        notificationId: message.id,
        channels: names,
        xUserIds: message.notifications.map(({ xUserId }) => xUserId),
        connectionIds: connectionIdsOf(message),
      });
    }
    return { messages: sent.length, notifications: sent.reduce((sum, each) => sum + each.notifications.length, 0) };
  };

  return {
    /**
     * Sends what is queued: one message for everything within a minute, to each channel that does not have it; a channel that
     * fails or hangs does not delay the others. Safe to repeat and to run concurrently, by the rows of the outbox. A delivery
     * whose answer was lost is repeated under the same id.
     * @throws {NotificationFailed} with the failure of each channel.
     * @throws {Postponed} while something is left to send.
     */
    async sendNotifications(_input: Readonly<Record<string, never>>): Promise<SentNotifications> {
      const waitSeconds = await gather();
      await giveUp();
      const seconds = settings.attemptSeconds ?? ATTEMPT_SECONDS;
      const offered = await Promise.all(channels.map((channel) => offerAll(db, channel, seconds)));
      const sent = await finish();
      const troubles = offered.flatMap(({ trouble }) => trouble ?? []);
      if (troubles.length > 0) throw new NotificationFailed(troubles.join('; '));
      const [left] = offered.flatMap((each) => each.left ?? []);
      if (left !== undefined) throw new Postponed('NotificationWait', left, 5);
      if (waitSeconds > 0) {
        throw new Postponed('NotificationWait', 'events within a minute are sent in one message', waitSeconds);
      }
      return sent;
    },
  };
};
