import { performanceOptionsOf, performanceQuery, performanceShape } from '../../client/performance-shapes.js';
import { defineRoute } from '../route.js';

export const getPerformance = defineRoute({
  name: 'getPerformance',
  method: 'GET',
  path: '/performance',
  access: 'see_connections',
  summary: 'Ad Performance: the numbers of ad accounts over a range, grouped, filtered and compared.',
  query: performanceQuery,
  answer: performanceShape,
  handle: ({ importer }, { query }) => importer.performance(performanceOptionsOf(query)),
});
