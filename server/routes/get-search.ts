import { z } from 'zod';
import { foundShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getSearch = defineRoute({
  name: 'getSearch',
  method: 'GET',
  path: '/search',
  access: 'see_connections',
  summary: 'Connections, ad accounts and campaigns whose name or id holds a text: eight of each at most.',
  query: { q: z.string().trim().min(1).max(200) },
  answer: z.strictObject({ found: z.array(foundShape).readonly() }),
  handle: async ({ importer }, { query: { q } }) => ({ found: await importer.search(q) }),
});
