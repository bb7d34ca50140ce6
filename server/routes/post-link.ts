import { z } from 'zod';
import { useLink } from '../links.js';
import { defineRoute } from '../route.js';
import { emailShape, nameShape } from '../shapes.js';

export const postLink = defineRoute({
  name: 'postLink',
  method: 'POST',
  path: '/links/:token',
  access: 'public',
  summary: 'Use a one-time link, which signs in. A second use is refused with 410.',
  params: { token: z.string().max(200) },
  body: {
    name: nameShape.exactOptional(),
    email: emailShape.exactOptional(),
    password: z.string().max(1_000).exactOptional(),
  },
  answer: 'nothing',
  handle: (context, { params, body }) => useLink(context, params.token, body),
});
