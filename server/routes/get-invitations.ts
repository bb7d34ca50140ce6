import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { openInvitations } from '../../store/people/links.js';
import { namesOf } from '../../store/people/people.js';
import { defineRoute } from '../route.js';
import { roleShape } from '../shapes.js';

const invitationShape = z.strictObject({
  id: z.guid(),
  email: z.string().exactOptional(),
  role: roleShape,
  teamIds: z.array(z.guid()),
  createdByName: z.string(),
  createdAt: instantShape,
  expiresAt: instantShape,
});

export const getInvitations = defineRoute({
  name: 'getInvitations',
  method: 'GET',
  path: '/invitations',
  access: 'invite',
  summary: 'The invitations that can still be used, newest first. Their links are shown only when they are made.',
  answer: z.strictObject({ invitations: z.array(invitationShape) }),
  handle: async ({ db, viewer }) => {
    const open = await openInvitations(db, viewer.workspaceId);
    const names = await namesOf(
      db,
      open.map(({ createdBy }) => createdBy),
    );
    return {
      invitations: open.map(({ id, email, role, teamIds, createdBy, createdAt, expiresAt }) => ({
        id,
        ...(email === null ? {} : { email }),
        role: role ?? 'member',
        teamIds: [...teamIds],
        createdByName: names.get(createdBy) ?? createdBy,
        createdAt,
        expiresAt,
      })),
    };
  },
});
