import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { openAuthorizationLinks } from '../../store/people/authorization-links.js';
import { defineRoute } from '../route.js';

export const getAuthorizationLinks = defineRoute({
  name: 'getAuthorizationLinks',
  method: 'GET',
  path: '/connections/:id/authorization-links',
  access: 'change_connection',
  summary:
    'The links of a connection that can still be used, newest first. Their addresses are shown only when they are made.',
  params: { id: z.string() },
  answer: z.strictObject({
    links: z.array(
      z.strictObject({
        id: z.guid(),
        createdByName: z.string(),
        createdAt: instantShape,
        expiresAt: instantShape,
        /** Somebody has continued to X with it. */
        begun: z.boolean(),
      }),
    ),
  }),
  handle: async ({ db, connection }) => {
    const links = await openAuthorizationLinks(db, connection.id);
    return {
      links: links.map(({ id, createdByName, createdAt, expiresAt, begun }) => ({
        id,
        createdByName,
        createdAt,
        expiresAt,
        begun,
      })),
    };
  },
});
