import { z } from 'zod';
import { connectionViewShape, viewOf } from '../connection-view.js';
import { defineRoute } from '../route.js';

export const getConnectionById = defineRoute({
  name: 'getConnection',
  method: 'GET',
  path: '/connections/:id',
  access: 'see_connection',
  summary: 'One connection.',
  params: { id: z.string() },
  answer: connectionViewShape,
  handle: async ({ importer, db, asker }, { params: { id } }) => viewOf(db, asker, await importer.connection(id)),
});
