import { z } from 'zod';
import { removeMember } from '../../store/people/memberships.js';
import { note } from '../audit.js';
import { invalidField } from '../errors.js';
import { keepingAnOwner, requireGiving, requireHeir, requireMember } from '../members.js';
import { defineRoute } from '../route.js';

export const deleteMember = defineRoute({
  name: 'deleteMember',
  method: 'DELETE',
  path: '/members/:personId',
  access: 'manage_members',
  summary: 'Remove a member; another one takes over their connections. The last owner stays.',
  params: { personId: z.guid() },
  body: { transferTo: z.guid() },
  answer: 'nothing',
  handle: async (context, { params: { personId }, body: { transferTo } }) => {
    const { db, viewer } = context;
    const member = await requireMember(context, personId);
    requireGiving(context, member.role);
    if (transferTo === personId) throw invalidField('transferTo', 'Choose somebody else.');
    const heir = await requireHeir(context, transferTo, 'transferTo');
    await keepingAnOwner(
      db.transaction(async (tx) => {
        const connections = await removeMember(tx, { workspaceId: viewer.workspaceId, personId, transferTo });
        await note(tx, context, {
          action: 'member.removed',
          subjectKind: 'person',
          subjectId: personId,
          subjectName: member.name,
          was: { role: member.role },
          became: { connectionsHandedOver: connections, to: transferTo, toName: heir.name },
        });
      }),
    );
  },
});
