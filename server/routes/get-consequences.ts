import { z } from 'zod';
import { consequencesShape } from '../../client/console-shapes.js';
import { defineRoute } from '../route.js';

export const getConsequences = defineRoute({
  name: 'getConsequences',
  method: 'GET',
  path: '/connections/:id/consequences',
  access: 'end_connection',
  summary: 'What pausing, disconnecting or deleting would mean, in numbers.',
  params: { id: z.string() },
  query: { of: z.enum(['pause', 'disconnect', 'disconnect_and_delete']).optional() },
  answer: consequencesShape,
  handle: ({ importer }, { params: { id } }) => importer.consequences(id),
});
