import { z } from 'zod';
import { firstNumbersShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getFirstNumbers = defineRoute({
  name: 'getFirstNumbers',
  method: 'GET',
  path: '/connections/:id/first-numbers',
  access: 'see_connection',
  summary:
    'The newest imported day of each account, with what its campaigns add up to; with `wait` once any account has one, or as it is after so many seconds.',
  params: { id: z.string() },
  query: { wait: z.coerce.number().int().min(0).max(10).optional() },
  answer: z.strictObject({ accounts: z.array(firstNumbersShape).readonly() }),
  handle: async ({ importer }, { params: { id }, query: { wait = 0 } }) => ({
    accounts: await importer.firstNumbers(id, { wait: wait * 1_000 }),
  }),
});
