import { z } from 'zod';
import { createTeam, isTakenName } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { invalidField } from '../errors.js';
import { defineRoute } from '../route.js';
import { nameShape } from '../shapes.js';

export const postTeam = defineRoute({
  name: 'postTeam',
  method: 'POST',
  path: '/teams',
  access: 'manage_teams',
  summary: 'Make a team.',
  body: { name: nameShape },
  answer: z.strictObject({ id: z.guid() }),
  status: 201,
  handle: async (context, { body: { name } }) => {
    try {
      return await context.db.transaction(async (tx) => {
        const id = await createTeam(tx, context.viewer.workspaceId, name);
        await note(tx, context, { action: 'team.made', subjectKind: 'team', subjectId: id, subjectName: name });
        return { id };
      });
    } catch (error) {
      if (isTakenName(error)) throw invalidField('name', 'Another team has this name.');
      throw error;
    }
  },
});
