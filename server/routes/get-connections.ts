import { z } from 'zod';
import { connectionViewShape, viewsOf } from '../connection-view.js';
import { defineRoute } from '../route.js';

export const getConnections = defineRoute({
  name: 'getConnections',
  method: 'GET',
  path: '/connections',
  access: 'see_connections',
  summary: 'The connections that you see, newest first, each with its status and its days.',
  query: { withDisconnected: z.stringbool().optional() },
  answer: z.strictObject({ connections: z.array(connectionViewShape).readonly() }),
  handle: async ({ importer, db, asker }, { query: { withDisconnected } }) => ({
    connections: await viewsOf(db, asker, await importer.connections({ withDisconnected })),
  }),
});
