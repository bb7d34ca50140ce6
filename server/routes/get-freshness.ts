import { z } from 'zod';
import { freshnessShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getFreshness = defineRoute({
  name: 'getFreshness',
  method: 'GET',
  path: '/freshness',
  access: 'see_connections',
  summary: 'Whether every day of an account up to a day is there.',
  query: { account: z.string(), through: z.string() },
  answer: freshnessShape,
  handle: ({ importer }, { query }) => importer.freshness(query),
});
