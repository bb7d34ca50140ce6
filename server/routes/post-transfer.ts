import { z } from 'zod';
import { transferConnection } from '../../store/connection/hidden-connections.js';
import { namesOf } from '../../store/people/people.js';
import { note } from '../audit.js';
import { requireHeir } from '../members.js';
import { defineRoute } from '../route.js';

export const postTransfer = defineRoute({
  name: 'postTransfer',
  method: 'POST',
  path: '/connections/:id/transfer',
  access: 'transfer_connection',
  summary: 'Hand a connection over to another member.',
  params: { id: z.guid() },
  body: { to: z.guid() },
  answer: 'nothing',
  handle: async (context, { body: { to } }) => {
    const { db, connection } = context;
    const heir = await requireHeir(context, to, 'to');
    const names = await namesOf(db, [connection.createdBy]);
    await db.transaction(async (tx) => {
      await transferConnection(tx, connection.id, to);
      await note(tx, context, {
        action: 'connection.transferred',
        subjectKind: 'connection',
        subjectId: connection.id,
        was: { by: names.get(connection.createdBy) ?? connection.createdBy },
        became: { by: heir.name },
      });
    });
  },
});
