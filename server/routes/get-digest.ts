import { digestShape, readDigest } from '../notifications/digest-settings.js';
import { defineRoute } from '../route.js';

export const getDigest = defineRoute({
  name: 'getDigest',
  method: 'GET',
  path: '/me/digest',
  access: 'own_account',
  summary: 'Whether and where one is told of each week of Ad Performance.',
  answer: digestShape,
  handle: readDigest,
});
