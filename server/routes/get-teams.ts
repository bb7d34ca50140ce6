import { z } from 'zod';
import { teamsOf } from '../../store/people/teams.js';
import { defineRoute } from '../route.js';

const teamShape = z.strictObject({
  id: z.guid(),
  name: z.string(),
  personIds: z.array(z.guid()),
  /** That are shared with it and go on. */
  connections: z.int().nonnegative(),
});

export const getTeams = defineRoute({
  name: 'getTeams',
  method: 'GET',
  path: '/teams',
  access: 'see_people',
  summary: 'The teams of the workspace, by name.',
  answer: z.strictObject({ teams: z.array(teamShape) }),
  handle: async ({ db, viewer }) => {
    const teams = await teamsOf(db, viewer.workspaceId);
    return { teams: teams.map(({ personIds, ...team }) => ({ ...team, personIds: [...personIds] })) };
  },
});
