import { z } from 'zod';
import { removeTeam } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';

export const deleteTeam = defineRoute({
  name: 'deleteTeam',
  method: 'DELETE',
  path: '/teams/:teamId',
  access: 'manage_teams',
  summary: 'Delete a team. What was shared with it becomes private to whoever made it.',
  params: { teamId: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { teamId } }) => {
    await context.db.transaction(async (tx) => {
      const name = await removeTeam(tx, context.viewer.workspaceId, teamId);
      if (name === undefined) throw notFound('team');
      await note(tx, context, { action: 'team.deleted', subjectKind: 'team', subjectId: teamId, subjectName: name });
    });
  },
});
