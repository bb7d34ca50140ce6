import { z } from 'zod';
import { withdrawInvitation } from '../../store/people/links.js';
import { note } from '../audit.js';
import { notFound } from '../errors.js';
import { defineRoute } from '../route.js';

export const deleteInvitation = defineRoute({
  name: 'deleteInvitation',
  method: 'DELETE',
  path: '/invitations/:invitationId',
  access: 'invite',
  summary: 'Withdraw an invitation that has not been used.',
  params: { invitationId: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { invitationId } }) => {
    await context.db.transaction(async (tx) => {
      const was = await withdrawInvitation(tx, context.viewer.workspaceId, invitationId);
      if (was === undefined) throw notFound('invitation');
      await note(tx, context, {
        action: 'invitation.withdrawn',
        subjectKind: 'link',
        subjectId: invitationId,
        ...(was.email === null ? {} : { subjectName: was.email }),
        was: { role: was.role },
      });
    });
  },
});
