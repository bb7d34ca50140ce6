import { z } from 'zod';
import { settlingOutlookShape } from '../../client/outlook-shapes.js';
import { listedValues } from '../../domain/performance.js';
import { defineRoute } from '../route.js';

export const getOutlook = defineRoute({
  name: 'getOutlook',
  method: 'GET',
  path: '/performance/outlook',
  access: 'see_connections',
  summary:
    'How much the numbers of ad accounts usually still move, by age, from their own history; which wait is worth it.',
  query: {
    /** Ids, separated by commas. */
    account: z.string().min(1),
  },
  answer: z.strictObject({ accounts: z.array(settlingOutlookShape).readonly() }),
  handle: async ({ importer }, { query }) => ({ accounts: await importer.outlook(listedValues(query.account)) }),
});
