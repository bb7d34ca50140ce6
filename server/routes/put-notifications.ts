import { z } from 'zod';
import {
  getNotificationSettings,
  openHooks,
  type HookKind,
  saveNotificationSettings,
} from '../../store/people/notification-settings.js';
import { withdrawChannels } from '../../store/people/messages.js';
import { note } from '../audit.js';
import { invalidField, RefusedRequest } from '../errors.js';
import { ifMatch } from '../if-match.js';
import { lateAfterHoursShape, notificationsShape, readNotifications, requireHook } from '../notifications/settings.js';
import { defineRoute } from '../route.js';
import { emailShape } from '../shapes.js';

/** Left out: as it is. Null: none any more. */
const hookShape = z.string().trim().max(2_000).nullable().exactOptional();

const changedMeanwhile = (): RefusedRequest =>
  new RefusedRequest(
    412,
    'changed_meanwhile',
    'Somebody has changed these settings meanwhile. Look at them, then save again.',
  );

export const putNotifications = defineRoute({
  name: 'putNotifications',
  method: 'PUT',
  path: '/notifications',
  access: 'manage_notifications',
  summary: 'Sets where the workspace is told, and from when on a day is late. With `If-Match` only on that version.',
  body: {
    emails: z.array(emailShape).max(20),
    webhook: hookShape,
    chat: hookShape,
    lateAfterHours: lateAfterHoursShape,
  },
  answer: notificationsShape,
  handle: async (context, { body: { emails, lateAfterHours, ...given } }) => {
    const { db, viewer, options, request } = context;
    const { sealer, mail, hookNetworks = [] } = options;
    const { workspaceId } = viewer;
    if (emails.length > 0 && mail === undefined)
      throw invalidField('emails', 'No mail can be sent: the operator has set no mail server (SMTP_URL).');
    for (const kind of ['webhook', 'chat'] as const) {
      const address = given[kind];
      if (typeof address === 'string') requireHook(kind, address, hookNetworks);
    }
    await db.transaction(async (tx) => {
      const was = await getNotificationSettings(tx, workspaceId);
      const before = await openHooks(tx, sealer, workspaceId);
      const after = (kind: HookKind) => (given[kind] === undefined ? before[kind] : (given[kind] ?? undefined));
      const hooks = { webhook: after('webhook'), chat: after('chat') };
      const edit = { emails, lateAfterHours, hooks, version: ifMatch(request) };
      if (!(await saveNotificationSettings(tx, sealer, workspaceId, edit))) throw changedMeanwhile();
      await withdrawChannels(tx, workspaceId, [
        ...(emails.length === 0 ? (['email'] as const) : []),
        ...(['webhook', 'chat'] as const).filter((kind) => hooks[kind] === undefined),
      ]);
      const { version: _was, ...old } = was;
      const { version: _became, ...became } = await getNotificationSettings(tx, workspaceId);
      await note(tx, context, {
        action: 'notifications.changed',
        subjectKind: 'workspace',
        was: { ...old },
        became: { ...became },
      });
    });
    return await readNotifications(context);
  },
});
