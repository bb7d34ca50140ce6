import { z } from 'zod';
import { firstNumbersShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getFirstNumbers = defineRoute({
  name: 'getFirstNumbers',
  method: 'GET',
  path: '/connections/:id/first-numbers',
  access: 'see_connection',
  summary: 'The newest imported day of each account, with what its campaigns add up to.',
  params: { id: z.string() },
  answer: z.strictObject({ accounts: z.array(firstNumbersShape).readonly() }),
  handle: async ({ importer }, { params: { id } }) => ({ accounts: await importer.firstNumbers(id) }),
});
