import { z } from 'zod';
import { dayDetailShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getDayDetail = defineRoute({
  name: 'getDayDetail',
  method: 'GET',
  path: '/connections/:id/accounts/:account/days/:day',
  access: 'see_connection',
  summary: 'Where the numbers of one day of an account come from: slices, jobs and receipts.',
  params: { id: z.string(), account: z.string(), day: z.string() },
  answer: dayDetailShape,
  handle: ({ importer }, { params: { id, account, day } }) => importer.dayDetail(id, account, day),
});
