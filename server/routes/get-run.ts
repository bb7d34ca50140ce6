import { z } from 'zod';
import { runSummaryShape } from '../../client/shapes.js';
import { defineRoute } from '../route.js';

export const getRun = defineRoute({
  name: 'getRun',
  method: 'GET',
  path: '/runs/:run',
  access: 'see_connections',
  summary: 'One import run; with `wait` once it has ended, or as it is after so many seconds.',
  params: { run: z.string() },
  query: { wait: z.coerce.number().int().min(0).max(60).optional() },
  answer: runSummaryShape,
  handle: ({ importer }, { params: { run }, query: { wait = 0 } }) =>
    importer.run(run, { wait: Math.min(wait, 55) * 1_000 }),
});
