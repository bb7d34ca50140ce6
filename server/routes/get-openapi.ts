import { z } from 'zod';
import { defineRoute } from '../route.js';

export const getOpenapi = defineRoute({
  name: 'getOpenapi',
  method: 'GET',
  path: '/openapi.json',
  access: 'public',
  summary: 'This document.',
  answer: z.looseObject({ openapi: z.string() }),
  handle: ({ request }) => Promise.resolve({ ...request.server.swagger() } as { openapi: string }),
});
