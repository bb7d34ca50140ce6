import { z } from 'zod';
import { timelineKinds, timelineShape } from '../../client/console-shapes.js';
import { invalidField } from '../errors.js';
import { defineRoute } from '../route.js';

export const getTimeline = defineRoute({
  name: 'getTimeline',
  method: 'GET',
  path: '/connections/:id/timeline',
  access: 'see_connection',
  summary: 'What has happened to the connection, newest first.',
  params: { id: z.string() },
  query: {
    /** Several are separated by commas. */
    kind: z.string().optional(),
    before: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  },
  answer: timelineShape,
  handle: ({ importer }, { params: { id }, query: { kind, before, limit } }) => {
    const kinds = kind?.split(',').map((text) => {
      const known = timelineKinds.find((each) => each === text);
      if (known === undefined) throw invalidField('kind', `is one of ${timelineKinds.join(', ')}`);
      return known;
    });
    return importer.timeline(id, { kinds, before, limit });
  },
});
