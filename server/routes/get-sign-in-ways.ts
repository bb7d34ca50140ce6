import { z } from 'zod';
import { defineRoute } from '../route.js';

export const getSignInWays = defineRoute({
  name: 'getSignInWays',
  method: 'GET',
  path: '/sign-in-ways',
  access: 'public',
  summary: 'How people sign in here.',
  answer: z.strictObject({ password: z.boolean(), oidc: z.strictObject({ name: z.string() }).nullable() }),
  handle: () => Promise.resolve({ password: true, oidc: null }),
});
