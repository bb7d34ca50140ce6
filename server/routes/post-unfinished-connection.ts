import { z } from 'zod';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const postUnfinishedConnection = defineRoute({
  name: 'postUnfinishedConnection',
  method: 'POST',
  path: '/unfinished-connections',
  access: 'add_connection',
  summary: 'Makes a connection without leaving for X: somebody signs it in later, by a link for instance.',
  body: { displayName: z.string().optional() },
  answer: z.strictObject({ connectionId: z.guid() }),
  status: 201,
  handle: async (context, { body }) => {
    const connectionId = await context.importer.prepare(body);
    await noteConnection(context, await context.importer.connection(connectionId), 'connection.added');
    return { connectionId };
  },
});
