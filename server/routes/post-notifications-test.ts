import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { noteSent } from '../../store/people/messages.js';
import { getNotificationSettings } from '../../store/people/notification-settings.js';
import { conflict } from '../errors.js';
import { sendThrough } from '../notifications/channels.js';
import { channelShape } from '../notifications/settings.js';
import { testText } from '../notifications/text.js';
import { defineRoute } from '../route.js';
import { personOf } from '../sign-in.js';

export const postNotificationsTest = defineRoute({
  name: 'postNotificationsTest',
  method: 'POST',
  path: '/notifications/test',
  access: 'manage_notifications',
  summary: 'Sends a test to every channel that is set, and says what became of it in each.',
  answer: z.strictObject({
    channels: z.array(z.strictObject({ channel: channelShape, trouble: z.string().exactOptional() })),
  }),
  handle: async (context) => {
    const { db, viewer, options, asker } = context;
    const { workspaceId } = viewer;
    const { person, memberships } = personOf(asker);
    const { emails, webhookHost, chatHost } = await getNotificationSettings(db, workspaceId);
    const channels = [
      ...(emails.length === 0 ? [] : (['email'] as const)),
      ...(webhookHost === null ? [] : (['webhook'] as const)),
      ...(chatHost === null ? [] : (['chat'] as const)),
    ];
    if (channels.length === 0) throw conflict('Nothing is set yet that a test could be sent to.');
    const name = memberships.find((each) => each.workspaceId === workspaceId)?.workspaceName ?? '';
    const text = testText({ publicUrl: options.publicUrl, workspace: { id: workspaceId, name } }, person.name);
    const message = { id: randomUUID(), workspaceId, kind: 'test', ...text } as const;
    const outcomes = await Promise.all(
      channels.map(async (channel) => ({ channel, trouble: await sendThrough(options, message, channel) })),
    );
    await db.transaction((tx) => noteSent(tx, { ...message, alarmIds: [], connectionIds: [] }, outcomes));
    return {
      channels: outcomes.map(({ channel, trouble }) => (trouble === undefined ? { channel } : { channel, trouble })),
    };
  },
});
