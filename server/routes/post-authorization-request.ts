import { z } from 'zod';
import { consoleCallback } from '../../domain/addresses.js';
import { bindToBrowser } from '../../store/people/authorization-links.js';
import { newToken } from '../../store/people/tokens.js';
import { browserCookie, browserOf, requireAuthorizationLink } from '../authorization-link.js';
import { RefusedRequest } from '../errors.js';
import { defineRoute } from '../route.js';

export const postAuthorizationRequest = defineRoute({
  name: 'postAuthorizationRequest',
  method: 'POST',
  path: '/authorization-requests/:token',
  access: 'public',
  summary: 'Begins the sign-in at X that a link asks for, in the first browser that does so and in no other.',
  params: { token: z.string().max(200) },
  answer: z.strictObject({ authorizeUrl: z.url() }),
  status: 201,
  handle: async (context, { params: { token } }) => {
    const { db, request, reply, options } = context;
    const { link, connection, importer } = await requireAuthorizationLink(context, token);
    // A browser that has used another link keeps apart what each is for.
    const known = link.begun ? browserOf(request, options.publicUrl) : undefined;
    const browser = known ?? newToken();
    if (!(await bindToBrowser(db, link.id, browser)))
      throw new RefusedRequest(
        409,
        'conflict',
        'This link was opened in another browser before. Go on there, or ask for another link.',
      );
    void reply.header('set-cookie', browserCookie(options.publicUrl, browser));
    const { authorizeUrl } = await importer.signIn(connection.id, {
      callbackUrl: consoleCallback(options.publicUrl),
      session: browser,
    });
    return { authorizeUrl };
  },
});
