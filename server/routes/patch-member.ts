import { z } from 'zod';
import { changeRole } from '../../store/people/memberships.js';
import { note } from '../audit.js';
import { keepingAnOwner, requireGiving, requireMember } from '../members.js';
import { defineRoute } from '../route.js';
import { roleShape } from '../shapes.js';

export const patchMember = defineRoute({
  name: 'patchMember',
  method: 'PATCH',
  path: '/members/:personId',
  access: 'manage_members',
  summary: 'Change a member’s role. The last owner stays one.',
  params: { personId: z.guid() },
  body: { role: roleShape },
  answer: 'nothing',
  handle: async (context, { params: { personId }, body: { role } }) => {
    const { db, viewer } = context;
    const member = await requireMember(context, personId);
    requireGiving(context, member.role);
    requireGiving(context, role);
    if (member.role === role) return;
    await keepingAnOwner(
      db.transaction(async (tx) => {
        await changeRole(tx, { workspaceId: viewer.workspaceId, personId, role });
        await note(tx, context, {
          action: 'member.role_changed',
          subjectKind: 'person',
          subjectId: personId,
          subjectName: member.name,
          was: { role: member.role },
          became: { role },
        });
      }),
    );
  },
});
