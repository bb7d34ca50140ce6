import { z } from 'zod';
import { defineRoute } from '../route.js';

export const getHealth = defineRoute({
  name: 'getHealth',
  method: 'GET',
  base: '',
  path: '/healthz',
  access: 'public',
  summary: 'Whether the server lives.',
  answer: z.strictObject({ ok: z.literal(true) }),
  handle: () => Promise.resolve({ ok: true as const }),
});
