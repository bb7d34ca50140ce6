import { z } from 'zod';
import { connectionViewShape, viewOf } from '../connection-view.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const postResume = defineRoute({
  name: 'postResume',
  method: 'POST',
  path: '/connections/:id/resume',
  access: 'run_connection',
  summary: 'Resumes a paused connection; what was missed is imported.',
  params: { id: z.string() },
  answer: connectionViewShape,
  handle: async (context, { params: { id } }) => {
    const { importer, db, asker, connection } = context;
    await importer.resume(id);
    await noteConnection(context, connection, 'connection.resumed');
    return viewOf(db, asker, await importer.connection(id));
  },
});
