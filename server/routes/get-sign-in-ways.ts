import { z } from 'zod';
import { oidcName } from '../oidc.js';
import { defineRoute } from '../route.js';

export const getSignInWays = defineRoute({
  name: 'getSignInWays',
  method: 'GET',
  path: '/sign-in-ways',
  access: 'public',
  summary: 'How people sign in here.',
  answer: z.strictObject({ password: z.boolean(), oidc: z.strictObject({ name: z.string() }).nullable() }),
  handle: ({ options: { oidc } }) =>
    Promise.resolve({ password: true, oidc: oidc === undefined ? null : { name: oidcName(oidc.options) } }),
});
