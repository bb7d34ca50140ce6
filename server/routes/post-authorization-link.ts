import { createAuthorizationLink } from '../../store/people/authorization-links.js';
import { AUTHORIZATION_LINK_DAYS, authorizationAddress } from '../authorization-link.js';
import { note } from '../audit.js';
import { conflict } from '../errors.js';
import { defineRoute } from '../route.js';
import { linkShape } from '../shapes.js';
import { z } from 'zod';

export const postAuthorizationLink = defineRoute({
  name: 'postAuthorizationLink',
  method: 'POST',
  path: '/connections/:id/authorization-links',
  access: 'change_connection',
  summary:
    'Makes a link for the person who has the X account: one use within 7 days, shown only here. It makes no account.',
  params: { id: z.string() },
  answer: linkShape,
  status: 201,
  handle: async (context) => {
    const { db, asker, options, connection } = context;
    if (asker.kind !== 'person') throw conflict('A person makes such a link: it acts for whoever made it.');
    if (connection.phase === 'disconnected') throw conflict('The connection is disconnected; add a new one.');
    const { token, expiresAt } = await db.transaction(async (tx) => {
      const made = await createAuthorizationLink(tx, {
        connectionId: connection.id,
        createdBy: asker.person.id,
        days: AUTHORIZATION_LINK_DAYS,
      });
      await note(tx, context, {
        action: 'connection.link_made',
        subjectKind: 'connection',
        subjectId: connection.id,
        subjectName: connection.displayName,
      });
      return made;
    });
    return { link: authorizationAddress(options.publicUrl, token), expiresAt };
  },
});
