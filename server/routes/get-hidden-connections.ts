import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { listHiddenConnections } from '../../store/connection/hidden-connections.js';
import { namesOf } from '../../store/people/people.js';
import { defineRoute } from '../route.js';

const hiddenShape = z.strictObject({
  id: z.guid(),
  createdByName: z.string(),
  createdAt: instantShape,
  privacy: z.enum(['private', 'team']),
  phase: z.string(),
});

export const getHiddenConnections = defineRoute({
  name: 'getHiddenConnections',
  method: 'GET',
  path: '/hidden-connections',
  access: 'see_hidden_connections',
  summary:
    'The connections that are not shared with an owner or admin: that they exist, to be handed over or disconnected.',
  answer: z.strictObject({ connections: z.array(hiddenShape) }),
  handle: async ({ db, viewer }) => {
    const hidden = await listHiddenConnections(db, viewer);
    const names = await namesOf(
      db,
      hidden.map(({ createdBy }) => createdBy),
    );
    return {
      connections: hidden.map(({ createdBy, ...connection }) => ({
        ...connection,
        createdByName: names.get(createdBy) ?? createdBy,
      })),
    };
  },
});
