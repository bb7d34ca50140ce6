import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { requireAuthorizationLink } from '../authorization-link.js';
import { defineRoute } from '../route.js';

export const getAuthorizationRequest = defineRoute({
  name: 'getAuthorizationRequest',
  method: 'GET',
  path: '/authorization-requests/:token',
  access: 'public',
  summary: 'What a link asks of the person who has the X account. Looking at it does not use it up.',
  params: { token: z.string().max(200) },
  answer: z.strictObject({
    workspaceName: z.string(),
    askedBy: z.string(),
    /** As whom, where the connection reads as an X user already. */
    screenName: z.string().exactOptional(),
    expiresAt: instantShape,
  }),
  handle: async (context, { params: { token } }) => {
    const { link, connection } = await requireAuthorizationLink(context, token);
    return {
      workspaceName: link.workspaceName,
      askedBy: link.createdByName,
      ...(connection.screenName === null ? {} : { screenName: connection.screenName }),
      expiresAt: link.expiresAt,
    };
  },
});
