import { z } from 'zod';
import { performanceOptionsOf, performanceQuery } from '../../client/performance-shapes.js';
import { performanceVisitShape } from '../../client/performance-visit-shapes.js';
import { defineRoute } from '../route.js';

export const postPerformanceVisit = defineRoute({
  name: 'postPerformanceVisit',
  method: 'POST',
  path: '/performance/visit',
  access: 'own_account',
  summary: 'Notes that one looks at Ad Performance, and answers with what X has restated since one last did.',
  query: performanceQuery,
  body: {
    /** All that was shown until now is seen: it is told no more. */
    seen: z.boolean().optional(),
  },
  answer: performanceVisitShape,
  handle: ({ importer }, { query, body: { seen } }) =>
    importer.visitPerformance({ ...performanceOptionsOf(query), seen }),
});
