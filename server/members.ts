import { isLastOwner, type Member, membersOf } from '../store/people/memberships.js';
import type { Role } from '../domain/viewer.js';
import type { Permission } from '../domain/connection.js';
import { mayGive, permitsSubject } from './access.js';
import { conflict, notFound, forbidden, invalidField } from './errors.js';
import type { RouteContext } from './route.js';

/** What the asker may do with a member. The last owner is kept by the database, too. */
export const memberCan = (
  { asker, viewer }: Pick<RouteContext, 'asker' | 'viewer'>,
  member: Pick<Member, 'role'>,
  owners: number,
): { readonly changeRole: Permission; readonly remove: Permission } => {
  const manages = permitsSubject('manage_members', asker.subject);
  const gives = manages.allowed ? mayGive(viewer.role, member.role) : manages;
  const last = member.role === 'owner' && owners === 1;
  const permission: Permission =
    gives.allowed && last ? { allowed: false, reason: 'A workspace keeps at least one owner.' } : gives;
  return { changeRole: permission, remove: permission };
};

/** @throws {RefusedRequest} */
export const requireGiving = ({ viewer }: Pick<RouteContext, 'viewer'>, role: Role): void => {
  const permission = mayGive(viewer.role, role);
  if (!permission.allowed) throw forbidden(permission.reason);
};

/** @throws {RefusedRequest} where the person is not in the asker's workspace */
export const requireMember = async ({ db, viewer }: Pick<RouteContext, 'db' | 'viewer'>, personId: string) => {
  const member = (await membersOf(db, viewer.workspaceId)).find((each) => each.personId === personId);
  if (member === undefined) throw notFound('member');
  return member;
};

/** The member who takes over connections. @throws {RefusedRequest} for a viewer, who has none of their own */
export const requireHeir = async (context: Pick<RouteContext, 'db' | 'viewer'>, personId: string, field: string) => {
  const heir = await requireMember(context, personId);
  if (heir.role === 'viewer') throw invalidField(field, 'A viewer has no connections of their own.');
  return heir;
};

/** The refusal of the database as one of the request. */
export const keepingAnOwner = async <T>(change: Promise<T>): Promise<T> => {
  try {
    return await change;
  } catch (error) {
    if (isLastOwner(error)) throw conflict('A workspace keeps at least one owner. Make somebody else an owner first.');
    throw error;
  }
};
