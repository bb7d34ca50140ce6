import { z } from 'zod';
import { invalidField } from '../errors.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const postDisconnect = defineRoute({
  name: 'postDisconnect',
  method: 'POST',
  path: '/connections/:id/disconnect',
  access: 'end_connection',
  summary: 'Ends the connection. With `deleteData` what no other connection reads is deleted; that wants its name.',
  params: { id: z.string() },
  body: { deleteData: z.boolean(), confirmName: z.string().optional() },
  answer: 'nothing',
  handle: async (context, { params: { id }, body: { deleteData, confirmName } }) => {
    const { importer, connection } = context;
    if (deleteData && confirmName !== connection.displayName)
      throw invalidField('confirmName', 'Type the name of the connection, exactly as it is written.');
    await importer.disconnect(id, { deleteData });
    await noteConnection(context, connection, 'connection.disconnected', { became: { deleteData } });
  },
});
