/** What people see and set of the notifications of their workspace. */
import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { mayReach } from '../../delivery/reach.js';
import { LATE_HOURS } from '../../domain/alarm.js';
import { recentMessages } from '../../store/people/messages.js';
import { getNotificationSettings, type HookKind } from '../../store/people/notification-settings.js';
import { invalidField } from '../errors.js';
import type { RouteContext } from '../route.js';
import { permissionShape } from '../shapes.js';

const MESSAGES = 10;

export const channelShape = z.enum(['email', 'webhook', 'chat']);
export const lateAfterHoursShape = z.int().min(LATE_HOURS.least).max(LATE_HOURS.most);

export const notificationsShape = z.strictObject({
  emails: z.array(z.string()),
  /** Whether mail can be sent from here. */
  mail: permissionShape,
  /** A hook is told by its host; its address is shown to nobody again. */
  webhookHost: z.string().exactOptional(),
  chatHost: z.string().exactOptional(),
  lateAfterHours: lateAfterHoursShape,
  /** For `If-Match`. */
  version: z.int().nonnegative(),
  /** The newest, with what became of them in each channel. */
  messages: z.array(
    z.strictObject({
      id: z.guid(),
      kind: z.enum(['alarm', 'recovery', 'test']),
      subject: z.string(),
      createdAt: instantShape,
      deliveries: z.array(
        z.strictObject({
          channel: channelShape,
          sentAt: instantShape.exactOptional(),
          trouble: z.string().exactOptional(),
          /** It is not tried any more. */
          givenUp: z.boolean(),
        }),
      ),
    }),
  ),
});

export const readNotifications = async ({
  db,
  viewer,
  options,
}: RouteContext): Promise<z.output<typeof notificationsShape>> => {
  const [settings, messages] = await Promise.all([
    getNotificationSettings(db, viewer.workspaceId),
    recentMessages(db, viewer.workspaceId, MESSAGES),
  ]);
  const { emails, webhookHost, chatHost, lateAfterHours, version } = settings;
  return {
    emails: [...emails],
    mail:
      options.mail === undefined
        ? { allowed: false, reason: 'The operator has set no mail server (SMTP_URL).' }
        : { allowed: true },
    ...(webhookHost === null ? {} : { webhookHost }),
    ...(chatHost === null ? {} : { chatHost }),
    lateAfterHours,
    version,
    messages: messages.map(({ deliveries, ...message }) => ({
      ...message,
      deliveries: deliveries.map(({ channel, sentAt, trouble, givenUp }) => ({
        channel,
        ...(sentAt === null ? {} : { sentAt }),
        ...(trouble === null ? {} : { trouble }),
        givenUp,
      })),
    })),
  };
};

/** @throws {RefusedRequest} beside the field */
export const requireHook = (kind: HookKind, given: string, allowed: readonly string[]): void => {
  const address = URL.canParse(given) ? new URL(given) : undefined;
  // Without TLS whoever listens learns the address; inside the operator's own networks that is the operator's choice.
  if (address === undefined || !(address.protocol === 'https:' || (address.protocol === 'http:' && allowed.length > 0)))
    throw invalidField(kind, 'Give an address that begins with https://.');
  if (address.username !== '' || address.password !== '')
    throw invalidField(kind, 'The address may not hold a name and a password.');
  if (!mayReach(address.hostname, { allowed }))
    throw invalidField(kind, 'It leads into a private network, which the operator has not allowed (HOOK_NETWORKS).');
};
