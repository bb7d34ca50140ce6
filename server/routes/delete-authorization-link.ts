import { z } from 'zod';
import { withdrawAuthorizationLink } from '../../store/people/authorization-links.js';
import { notFound } from '../errors.js';
import { noteConnection } from '../note-connection.js';
import { defineRoute } from '../route.js';

export const deleteAuthorizationLink = defineRoute({
  name: 'deleteAuthorizationLink',
  method: 'DELETE',
  path: '/connections/:id/authorization-links/:linkId',
  access: 'change_connection',
  summary: 'Withdraws a link that has not been used.',
  params: { id: z.string(), linkId: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { linkId } }) => {
    const { db, connection } = context;
    if (!(await withdrawAuthorizationLink(db, connection.id, linkId))) throw notFound('link');
    await noteConnection(context, connection, 'connection.link_withdrawn');
  },
});
