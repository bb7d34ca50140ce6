import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { membersOf } from '../../store/people/memberships.js';
import { memberCan } from '../members.js';
import { defineRoute } from '../route.js';
import { permissionShape, roleShape, teamNameShape } from '../shapes.js';

const memberShape = z.strictObject({
  personId: z.guid(),
  name: z.string(),
  email: z.string(),
  role: roleShape,
  teams: z.array(teamNameShape),
  joinedAt: instantShape,
  /** To the day. Absent for one who is not signed in anywhere. */
  lastSeenAt: instantShape.exactOptional(),
  /** That are theirs and go on. */
  connections: z.int().nonnegative(),
  can: z.strictObject({ changeRole: permissionShape, remove: permissionShape }),
});

export const getMembers = defineRoute({
  name: 'getMembers',
  method: 'GET',
  path: '/members',
  access: 'see_people',
  summary: 'The members of the workspace, by name.',
  answer: z.strictObject({ members: z.array(memberShape) }),
  handle: async (context) => {
    const members = await membersOf(context.db, context.viewer.workspaceId);
    const owners = members.filter(({ role }) => role === 'owner').length;
    return {
      members: members.map(({ lastSeenAt, teams, ...member }) => ({
        ...member,
        teams: [...teams],
        ...(lastSeenAt === null ? {} : { lastSeenAt }),
        can: memberCan(context, member, owners),
      })),
    };
  },
});
