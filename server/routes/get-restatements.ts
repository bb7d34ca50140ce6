import { z } from 'zod';
import { accountRestatementsShape } from '../../client/report-shapes.js';
import { levelShape } from '../../client/shapes.js';
import { defineRoute } from '../route.js';

export const getRestatements = defineRoute({
  name: 'getRestatements',
  method: 'GET',
  path: '/connections/:id/restatements',
  access: 'see_connection',
  summary: 'What X has changed since it was first stored.',
  params: { id: z.string() },
  query: {
    account: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    level: levelShape.optional(),
    by: z.enum(['day', 'entity']).optional(),
  },
  answer: z.strictObject({ accounts: z.array(accountRestatementsShape).readonly() }),
  handle: async ({ importer }, { params: { id }, query: { account, ...rest } }) => ({
    accounts: await importer.restatements(id, { accountId: account, ...rest }),
  }),
});
