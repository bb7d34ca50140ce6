import { performanceOptionsOf, performanceQuery, performanceShape } from '../../client/performance-shapes.js';
import { defineRoute } from '../route.js';

export const getPerformance = defineRoute({
  name: 'getPerformance',
  method: 'GET',
  path: '/performance',
  access: 'see_connections',
  summary: 'Ad Performance: the numbers of ad accounts over a range, grouped, filtered and compared; as CSV, all rows.',
  query: performanceQuery,
  answer: performanceShape,
  text: async ({ importer }, { query }) =>
    query.format === 'csv'
      ? {
          type: 'text/csv; charset=utf-8',
          file: 'performance.csv',
          text: await importer.performanceCsv(performanceOptionsOf(query)),
        }
      : undefined,
  handle: ({ importer }, { query }) => importer.performance(performanceOptionsOf(query)),
});
