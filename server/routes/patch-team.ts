import { z } from 'zod';
import { isTakenName, renameTeam } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { invalidField, notFound } from '../errors.js';
import { defineRoute } from '../route.js';
import { nameShape } from '../shapes.js';

export const patchTeam = defineRoute({
  name: 'patchTeam',
  method: 'PATCH',
  path: '/teams/:teamId',
  access: 'manage_teams',
  summary: 'Rename a team.',
  params: { teamId: z.guid() },
  body: { name: nameShape },
  answer: 'nothing',
  handle: async (context, { params: { teamId }, body: { name } }) => {
    try {
      await context.db.transaction(async (tx) => {
        const was = await renameTeam(tx, context.viewer.workspaceId, teamId, name);
        if (was === undefined) throw notFound('team');
        await note(tx, context, {
          action: 'team.renamed',
          subjectKind: 'team',
          subjectId: teamId,
          subjectName: name,
          was: { name: was },
          became: { name },
        });
      });
    } catch (error) {
      if (isTakenName(error)) throw invalidField('name', 'Another team has this name.');
      throw error;
    }
  },
});
