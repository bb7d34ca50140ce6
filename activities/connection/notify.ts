import { log } from '@temporalio/activity';
import { codeOf, DeliveryFailed } from '../../delivery/failed.js';
import { postHook } from '../../delivery/hook.js';
import { sendMail } from '../../delivery/mail.js';
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
/** An attempt of the activity may take two minutes. */
const ATTEMPT_SECONDS = 60;

type Send = (message: Message) => Promise<void>;

const channelsOf = (settings: NotificationSettings): readonly (readonly [Channel, Send])[] => {
  const { webhookUrl, email } = settings;
  return [
    ...(webhookUrl === undefined
      ? []
      : [
          [
            'webhook',
            (message: Message) =>
              postHook(
                { url: webhookUrl, name: 'the web hook of NOTIFY_WEBHOOK_URL' },
                message.id,
                messageBody(message, settings),
              ),
          ] as const,
        ]),
    ...(email === undefined || email.to.length === 0
      ? []
      : [
          [
            'email',
            (message: Message) => sendMail(email, { to: email.to, ...messageBody(message, settings) }),
          ] as const,
        ]),
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
      if (!(error instanceof DeliveryFailed) && isConnectionError(error)) throw error;
      const words = error instanceof DeliveryFailed ? error.message : `the ${channel} failed: ${codeOf(error)}`;
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
     * @throws {DeliveryFailed} with the failure of each channel.
     * @throws {Postponed} while something is left to send.
     */
    async sendNotifications(_input: Readonly<Record<string, never>>): Promise<SentNotifications> {
      const waitSeconds = await gather();
      await giveUp();
      const seconds = settings.attemptSeconds ?? ATTEMPT_SECONDS;
      const offered = await Promise.all(channels.map((channel) => offerAll(db, channel, seconds)));
      const sent = await finish();
      const troubles = offered.flatMap(({ trouble }) => trouble ?? []);
      if (troubles.length > 0) throw new DeliveryFailed(troubles.join('; '));
      const [left] = offered.flatMap((each) => each.left ?? []);
      if (left !== undefined) throw new Postponed('NotificationWait', left, 5);
      if (waitSeconds > 0) {
        throw new Postponed('NotificationWait', 'events within a minute are sent in one message', waitSeconds);
      }
      return sent;
    },
  };
};
