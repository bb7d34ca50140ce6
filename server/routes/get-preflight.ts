import { z } from 'zod';
import { preflightShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getPreflight = defineRoute({
  name: 'getPreflight',
  method: 'GET',
  path: '/connections/:id/preflight',
  access: 'see_connection',
  summary: 'What is known of accounts before they are chosen, and what their import will take.',
  params: { id: z.string() },
  query: {
    /** Ids, separated by commas. */
    accounts: z.string().optional(),
    days: z.coerce.number().int().min(0).max(366).optional(),
  },
  answer: preflightShape,
  handle: ({ importer }, { params: { id }, query: { accounts, days } }) =>
    importer.preflight(id, { accounts: accounts?.split(',').filter((text) => text !== ''), days }),
});
