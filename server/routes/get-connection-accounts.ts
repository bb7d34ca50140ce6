import { z } from 'zod';
import { accountSummaryShape } from '../../client/shapes.js';
import { defineRoute } from '../route.js';

export const getConnectionAccounts = defineRoute({
  name: 'getConnectionAccounts',
  method: 'GET',
  path: '/connections/:id/accounts',
  access: 'see_connection',
  summary: 'The ad accounts that the X user of the connection sees, by name.',
  params: { id: z.string() },
  answer: z.strictObject({ accounts: z.array(accountSummaryShape).readonly() }),
  handle: async ({ importer }, { params: { id } }) => ({ accounts: await importer.accounts(id) }),
});
