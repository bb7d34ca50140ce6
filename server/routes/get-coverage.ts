import { z } from 'zod';
import { coverageGridShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getCoverage = defineRoute({
  name: 'getCoverage',
  method: 'GET',
  path: '/connections/:id/coverage',
  access: 'see_connection',
  summary: 'The coverage of each account, each day by the worst of its levels and placements.',
  params: { id: z.string() },
  query: { account: z.string().optional(), from: z.string().optional(), to: z.string().optional() },
  answer: z.strictObject({ accounts: z.array(coverageGridShape).readonly() }),
  handle: async ({ importer }, { params: { id }, query: { account, from, to } }) => ({
    accounts: await importer.coverageGrid(id, { accountId: account, from, to }),
  }),
});
