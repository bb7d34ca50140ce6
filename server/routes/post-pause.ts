import { z } from 'zod';
import { connectionViewShape, viewOf } from '../connection-view.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const postPause = defineRoute({
  name: 'postPause',
  method: 'POST',
  path: '/connections/:id/pause',
  access: 'run_connection',
  summary: 'Pauses the connection; what is under way ends.',
  params: { id: z.string() },
  body: { note: z.string().max(500).optional() },
  answer: connectionViewShape,
  handle: async (context, { params: { id }, body: { note = '' } }) => {
    const { importer, db, asker, connection } = context;
    const by = asker.kind === 'person' ? asker.person.name : asker.apiKey.name;
    const said = note.trim() === '' ? `by ${by}` : `${note.trim()} (${by})`;
    await importer.pause(id, said);
    await noteConnection(context, connection, 'connection.paused', { became: { note: said } });
    return viewOf(db, asker, await importer.connection(id));
  },
});
