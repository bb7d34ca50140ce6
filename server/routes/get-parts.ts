import { partsShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getParts = defineRoute({
  name: 'getParts',
  method: 'GET',
  path: '/parts',
  access: 'see_connections',
  summary: 'Which parts of the installation are away, and since when: nothing is imported until they are back.',
  answer: partsShape,
  handle: async ({ importer }) => ({ lacks: await importer.lackingParts() }),
});
