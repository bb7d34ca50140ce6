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
import { Waiting } from '../postponed.js';

/*
 * People are told of what only they can cure, once. The outbox in Postgres says what is still to be told; Temporal
 * repeats the telling until every configured channel has it, or until it is no news any more.
 */

/** What happens within a minute is told at once. */
const WINDOW_SECONDS = 60;
const TIMEOUT_MS = 10_000;
/** An attempt of the activity may take two minutes. */
const ATTEMPT_SECONDS = 60;

/** The message says nothing of the address: that of a web hook is a secret by itself, and so is a mail server's. */
export class NotificationFailed extends Error {
  override readonly name = 'NotificationFailed' as const;
}

/** The library's and the server's own words for it may quote the address; their codes do not. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no reason given';
  const codes = ['code' in error ? error.code : '', 'responseCode' in error ? error.responseCode : ''];
  const told = codes.filter((code) => typeof code === 'number' || (typeof code === 'string' && code !== ''));
  return told.length === 0 ? error.name : told.map(String).join(' ');
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
  // Redirects are not followed: they would carry names of connections to an address that nobody configured.
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
      // The same each time, so that a mail that was sent twice is shown once.
      messageId: `<${id}@x-ads-importer>`,
    });
  } catch (error) {
    throw new NotificationFailed(`the mail server of SMTP_URL did not take the mail: ${codeOf(error)}`);
  } finally {
    transport.close();
  }
};

type Send = (message: Message) => Promise<void>;

const channelsOf = ({ webhookUrl, email, publicUrl }: NotificationSettings): readonly (readonly [Channel, Send])[] => [
  ...(webhookUrl === undefined
    ? []
    : [['webhook', (message: Message) => post(webhookUrl, message.id, messageBody(message, publicUrl))] as const]),
  ...(email === undefined || email.to.length === 0
    ? []
    : [['email', (message: Message) => mail(email, messageBody(message, publicUrl))] as const]),
];

export interface SentNotifications {
  /** Messages that this call completed. */
  readonly messages: number;
  /** What they tell of. */
  readonly notifications: number;
}

/** What a channel made of the messages that it does not have yet. */
interface Offered {
  /** Of the first failure, and none of one attempt's others: they are of the same channel. */
  readonly trouble?: string;
  /** Why something is left that has not failed. */
  readonly left?: string;
}

const offerAll = async (db: Db, [channel, send]: readonly [Channel, Send], seconds: number): Promise<Offered> => {
  const until = performance.now() + seconds * 1_000;
  let trouble: string | undefined;
  let left: string | undefined;
  for (const [index, id] of (await messagesFor(db, channel)).entries()) {
    if (index > 0 && performance.now() >= until) {
      left = 'a channel is slow, and what it was not offered follows';
      break;
    }
    try {
      if ((await deliver(db, id, channel, send)) === 'busy') left ??= 'another worker is sending the message';
    } catch (error) {
      // Without Postgres there is nothing to go on with.
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

export const createNotifications = ({ db, notifications: settings = {} }: Deps) => {
  const channels = channelsOf(settings);
  const names = channels.map(([channel]) => channel);

  const gather = async (): Promise<number> => {
    const { waitSeconds, withdrawn } = await gatherMessage(db, settings.windowSeconds ?? WINDOW_SECONDS);
    for (const { xUserId, connectionIds } of withdrawn) {
      log.info('healed before everybody was told', { xUserIds: [xUserId], connectionIds });
    }
    return waitSeconds;
  };

  const giveUp = async (): Promise<void> => {
    for (const { id, reason, connectionIds } of await giveUpMessages(db)) {
      log.warn('gave up telling after a day', { notificationId: id, reason, connectionIds });
    }
  };

  const settle = async (): Promise<SentNotifications> => {
    const told = (await closeMessages(db, names)).filter(({ notifications }) => notifications.length > 0);
    for (const message of told) {
      log.info('notified', {
        notificationId: message.id,
        channels: names,
        xUserIds: message.notifications.map(({ xUserId }) => xUserId),
        connectionIds: connectionIdsOf(message),
      });
    }
    return { messages: told.length, notifications: told.reduce((sum, each) => sum + each.notifications.length, 0) };
  };

  return {
    /**
     * Tells people what is queued: one message for all that happened within a minute, to each channel that does not have
     * it; one that fails or hangs does not keep the others from having it. Safe to repeat, and to run many times at once:
     * by the rows of the outbox. A delivery whose answer was lost is repeated under the same id. Throws
     * `NotificationFailed` with the trouble of each channel, and `Waiting` while something is still to be told.
     */
    async sendNotifications(_input: Readonly<Record<string, never>>): Promise<SentNotifications> {
      const waitSeconds = await gather();
      await giveUp();
      const seconds = settings.attemptSeconds ?? ATTEMPT_SECONDS;
      const offered = await Promise.all(channels.map((channel) => offerAll(db, channel, seconds)));
      const sent = await settle();
      const troubles = offered.flatMap(({ trouble }) => trouble ?? []);
      if (troubles.length > 0) throw new NotificationFailed(troubles.join('; '));
      const [left] = offered.flatMap((each) => each.left ?? []);
      if (left !== undefined) throw new Waiting('NotificationWait', left, 5);
      if (waitSeconds > 0) {
        throw new Waiting('NotificationWait', 'what happens within a minute is told in one message', waitSeconds);
      }
      return sent;
    },
  };
};
