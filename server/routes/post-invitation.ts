import { z } from 'zod';
import { linkAddress, LINK_MINUTES } from '../../domain/one-time-link.js';
import { createLink } from '../../store/people/links.js';
import { areTeams } from '../../store/people/teams.js';
import { note } from '../audit.js';
import { invalidField } from '../errors.js';
import { mailInvitation } from '../mail-invitation.js';
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
  answer: z.strictObject({
    ...linkShape.shape,
    /** Whether the mail server took a mail with the link; absent where none was to be sent. */
    mailed: z.boolean().exactOptional(),
  }),
  status: 201,
  handle: async (context, { body: { email, role, teamIds } }) => {
    const { db, viewer, options } = context;
    requireGiving(context, role);
    if (!(await areTeams(db, viewer.workspaceId, teamIds))) throw invalidField('teamIds', 'There is no such team.');
    const made = await db.transaction(async (tx) => {
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
      return { id, link: linkAddress(options.publicUrl, token), expiresAt };
    });
    const shown = { link: made.link, expiresAt: made.expiresAt };
    const mailed = email === undefined ? undefined : await mailInvitation(context, { ...made, email });
    return mailed === undefined ? shown : { ...shown, mailed };
  },
});
