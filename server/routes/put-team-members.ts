import { z } from 'zod';
import { setTeamMembers } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';

export const putTeamMembers = defineRoute({
  name: 'putTeamMembers',
  method: 'PUT',
  path: '/teams/:teamId/members',
  access: 'manage_teams',
  summary: 'Say who is in a team: exactly these members of the workspace.',
  params: { teamId: z.guid() },
  body: { personIds: z.array(z.guid()).max(1_000) },
  answer: 'nothing',
  handle: async (context, { params: { teamId }, body: { personIds } }) => {
    await context.db.transaction(async (tx) => {
      const change = await setTeamMembers(tx, context.viewer.workspaceId, teamId, personIds);
      if (change === undefined) throw notFound('team or member');
      await note(tx, context, {
        action: 'team.members_changed',
        subjectKind: 'team',
        subjectId: teamId,
        subjectName: change.name,
        was: { personIds: change.was },
        became: { personIds },
      });
    });
  },
});
