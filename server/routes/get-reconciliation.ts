import { z } from 'zod';
import { accountReconciliationShape } from '../../client/report-shapes.js';
import { defineRoute } from '../route.js';

export const getReconciliation = defineRoute({
  name: 'getReconciliation',
  method: 'GET',
  path: '/connections/:id/reconciliation',
  access: 'see_connection',
  summary: 'Where ads, line items, campaigns and funding instruments disagree, and why.',
  params: { id: z.string() },
  query: {
    account: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    all: z.stringbool().optional(),
  },
  answer: z.strictObject({ accounts: z.array(accountReconciliationShape).readonly() }),
  handle: async ({ importer }, { params: { id }, query: { account, ...rest } }) => ({
    accounts: await importer.reconciliation(id, { accountId: account, ...rest }),
  }),
});
