import { notificationsShape, readNotifications } from '../notifications/settings.js';
import { defineRoute } from '../route.js';

export const getNotifications = defineRoute({
  name: 'getNotifications',
  method: 'GET',
  path: '/notifications',
  access: 'manage_notifications',
  summary: 'Where the workspace is told of what its connections need, and the newest messages.',
  answer: notificationsShape,
  handle: (context) => readNotifications(context),
});
