import { z } from 'zod';
import { linkAddress, LINK_MINUTES } from '../../domain/one-time-link.js';
import { createLink } from '../../store/people/links.js';
import { areTeams } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { invalidField } from '../errors.js';
import { requireGiving } from '../members.js';
import { defineRoute } from '../route.js';
import { emailShape, linkShape, roleShape } from '../shapes.js';

export const postInvitation = defineRoute({
  name: 'postInvitation',
  method: 'POST',
  path: '/invitations',
  access: 'invite',
  summary: 'Invite somebody: the answer has a link for one use within 48 hours, which is shown only here.',
  body: { email: emailShape.exactOptional(), role: roleShape, teamIds: z.array(z.guid()).max(100).default([]) },
  answer: linkShape,
  status: 201,
  handle: async (context, { body: { email, role, teamIds } }) => {
    const { db, viewer, options } = context;
    requireGiving(context, role);
    if (!(await areTeams(db, viewer.workspaceId, teamIds))) throw invalidField('teamIds', 'There is no such team.');
    return await db.transaction(async (tx) => {
      const { id, token, expiresAt } = await createLink(tx, {
        kind: 'invitation',
        workspaceId: viewer.workspaceId,
        email,
        role,
        teamIds,
        createdBy: viewer.personId,
        minutes: LINK_MINUTES.invitation,
      });
      await note(tx, context, {
        action: 'invitation.made',
        subjectKind: 'link',
        subjectId: id,
        ...(email === undefined ? {} : { subjectName: email }),
        became: { role, teamIds },
      });
      return { link: linkAddress(options.publicUrl, token), expiresAt };
    });
  },
});
