import { z } from 'zod';
import { defineRoute } from '../route.js';
import { signInWithPassword } from '../sign-in.js';

export const postSignIn = defineRoute({
  name: 'postSignIn',
  method: 'POST',
  path: '/sign-in',
  access: 'public',
  summary: 'Sign in with a password. Five wrong ones in a minute are refused with 429 and Retry-After.',
  // Whatever is given is tried, and counts: no sentence about its form tells a stranger anything.
  body: { email: z.string().max(1_000), password: z.string().max(1_000) },
  answer: 'nothing',
  handle: (context, { body }) => signInWithPassword(context, body.email.trim(), body.password),
});
