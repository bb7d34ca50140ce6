import { z } from 'zod';
import { statusViewOf, statusViewShape } from '../connection-view.js';
import { defineRoute } from '../route.js';

export const getConnectionStatus = defineRoute({
  name: 'getConnectionStatus',
  method: 'GET',
  path: '/connections/:id/status',
  access: 'see_connection',
  summary: 'The connection with its accounts, imports, waits and progress.',
  params: { id: z.string() },
  answer: statusViewShape,
  handle: async ({ importer, db, asker }, { params: { id } }) => {
    const [status, accounts] = await Promise.all([importer.status(id), importer.accounts(id)]);
    const currencies = new Map(accounts.map((account) => [account.id, account.currencies]));
    return statusViewOf(db, asker, status, (accountId) => currencies.get(accountId) ?? []);
  },
});
