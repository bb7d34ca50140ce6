import { log } from '@temporalio/activity';
import { createTransport } from 'nodemailer';
import { request } from 'undici';
import { deliver, gatherMessage, settleMessage, unsettledMessages } from '../store/notifications.js';
import type { Channel, Message } from '../store/notifications.js';
import type { Deps, NotificationSettings } from './deps.js';
import { messageBody } from './notification-text.js';
import { Waiting } from './waiting.js';

/*
 * People are told of what only they can cure, once. The outbox in Postgres says what is still to be told; Temporal
 * repeats the telling until every configured channel has it.
 */

/** What happens within a minute is told at once. */
const WINDOW_SECONDS = 60;
const PATIENCE_MS = 10_000;

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
      signal: AbortSignal.timeout(PATIENCE_MS),
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
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
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

export const createNotifications = ({ db, notifications: settings = {} }: Deps) => {
  const channels = channelsOf(settings);

  /** To each channel that does not have it; one that fails does not keep the others from having it. */
  const tell = async (id: string): Promise<Message | undefined> => {
    const failures: unknown[] = [];
    let busy = false;
    for (const [channel, send] of channels) {
      try {
        if ((await deliver(db, id, channel, send)) === 'busy') busy = true;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    if (busy) throw new Waiting('NotificationWait', 'another worker is sending the message', 5);
    return settleMessage(db, id);
  };

  return {
    /**
     * Tells people what is queued: one message for all that happened within a minute. Safe to repeat, and to run many
     * times at once: by the rows of the outbox. A delivery whose answer was lost is repeated under the same id.
     */
    async sendNotifications(_input: Readonly<Record<string, never>>): Promise<SentNotifications> {
      const waitSeconds = await gatherMessage(db, settings.windowSeconds ?? WINDOW_SECONDS);
      let messages = 0;
      let told = 0;
      for (const id of await unsettledMessages(db)) {
        const message = await tell(id);
        if (message === undefined) continue;
        messages += 1;
        told += message.notifications.length;
        log.info('notified', {
          notificationId: id,
          channels: channels.map(([channel]) => channel),
          xUserIds: message.notifications.map(({ xUserId }) => xUserId),
          connectionIds: message.notifications.flatMap((each) => each.connections.map((connection) => connection.id)),
        });
      }
      if (waitSeconds > 0) {
        throw new Waiting('NotificationWait', 'what happens within a minute is told in one message', waitSeconds);
      }
      return { messages, notifications: told };
    },
  };
};
