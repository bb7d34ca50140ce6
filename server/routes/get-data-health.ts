import { dataHealthShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getDataHealth = defineRoute({
  name: 'getDataHealth',
  method: 'GET',
  path: '/data-health',
  access: 'see_connections',
  summary: 'How all accounts of all connections stand, and what X still allows.',
  answer: dataHealthShape,
  handle: ({ importer }) => importer.dataHealth(),
});
