import { z } from 'zod';
import { defineRoute } from '../route.js';

export const getReadiness = defineRoute({
  name: 'getReadiness',
  method: 'GET',
  base: '',
  path: '/readyz',
  access: 'public',
  summary: 'Whether the server can answer: 503 while the database cannot be reached.',
  answer: z.strictObject({ ready: z.literal(true) }),
  handle: async ({ db }) => {
    await db.query('select');
    return { ready: true as const };
  },
});
