import { z } from 'zod';
import { connectionViewShape, viewOf } from '../connection-view.js';
import { ifMatch } from '../if-match.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const patchConnection = defineRoute({
  name: 'patchConnection',
  method: 'PATCH',
  path: '/connections/:id',
  access: 'change_connection',
  summary: 'Changes name and privacy. With `If-Match` only where the connection still has that version.',
  params: { id: z.string() },
  body: {
    displayName: z.string().optional(),
    privacy: z.enum(['workspace', 'private', 'team']).optional(),
    teamId: z.uuid().optional(),
  },
  answer: connectionViewShape,
  handle: async (context, { params: { id }, body }) => {
    const { importer, connection, db, asker, request } = context;
    await importer.edit(id, { ...body, version: ifMatch(request) });
    const edited = await importer.connection(id);
    const valuesOf = (of: Pick<typeof edited, 'displayName' | 'privacy'> & { readonly teamId?: string | null }) => ({
      displayName: of.displayName,
      privacy: of.privacy,
      ...(typeof of.teamId !== 'string' ? {} : { teamId: of.teamId }),
    });
    await noteConnection(context, connection, 'connection.changed', {
      was: valuesOf(connection),
      became: valuesOf(edited),
    });
    return viewOf(db, asker, edited);
  },
});
