/**
 * Who may do what: the one table. It stands under every route (`route.ts` asks it before a route is handled) and beside the
 * queries, which take the viewer and return only what that viewer may see.
 */
import type { Permission } from '../domain/connection.js';
import type { Role } from '../domain/viewer.js';

/** Who asks: a person by the role in the workspace, or an API key by its scope. */
export type RoleOrKey = Role | 'read_key' | 'read_write_key';

/** What a connection is to the one who asks: made by them, shared with them, or in their workspace and hidden from them. */
export type Standing = 'own' | 'workspace' | 'team' | 'hidden';

const PEOPLE: readonly Role[] = ['owner', 'admin', 'member', 'viewer'];
const EVERYBODY: readonly RoleOrKey[] = [...PEOPLE, 'read_key', 'read_write_key'];
const SEEN: readonly Standing[] = ['own', 'workspace', 'team'];

interface Rule {
  /** `anybody`: without being signed in, too. */
  readonly who: readonly RoleOrKey[] | 'anybody';
  /** Where the action is one on a connection: on which, by subject. A subject that is left out: on all that it sees. */
  readonly on?: Partial<Readonly<Record<RoleOrKey, readonly Standing[]>>>;
  /** Completes "Only … may do this." */
  readonly only: string;
}

export const ACCESS = {
  public: { who: 'anybody', only: 'anybody' },
  /** One's own name, password, sessions and choice of workspace. */
  own_account: { who: PEOPLE, only: 'a person who is signed in' },
  see_people: { who: PEOPLE, only: 'a member of the workspace' },
  invite: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  manage_members: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  manage_teams: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  manage_api_keys: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  manage_notifications: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  see_audit: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  /** That connections exist which are not shared with them: not their data. */
  see_hidden_connections: { who: ['owner', 'admin'], only: 'an owner or an admin' },
  see_connections: { who: EVERYBODY, only: 'a member of the workspace' },
  see_connection: { who: EVERYBODY, on: {}, only: 'a member of the workspace' },
  /** One's own, and looking at those that are shared. */
  save_views: { who: PEOPLE, only: 'a member of the workspace' },
  share_views: { who: ['owner', 'admin', 'member'], only: 'an owner, an admin or a member' },
  /** Those that others have shared. */
  manage_views: { who: ['owner', 'admin'], only: 'whoever saved it, an owner or an admin' },
  add_connection: { who: ['owner', 'admin', 'member', 'read_write_key'], only: 'an owner, an admin or a member' },
  /** Sync, backfill, cancel, pause, resume. */
  run_connection: {
    who: ['owner', 'admin', 'member', 'read_write_key'],
    on: {},
    only: 'an owner, an admin or a member',
  },
  /** Name, privacy, accounts, history, wait, sign-in at X. */
  change_connection: {
    who: ['owner', 'admin', 'member', 'read_write_key'],
    on: { member: ['own'] },
    only: 'the person who made the connection, an owner or an admin',
  },
  end_connection: {
    who: ['owner', 'admin', 'member', 'read_write_key'],
    on: { owner: [...SEEN, 'hidden'], admin: [...SEEN, 'hidden'], member: ['own'] },
    only: 'the person who made the connection, an owner or an admin',
  },
  transfer_connection: {
    who: ['owner', 'admin', 'member'],
    on: { owner: [...SEEN, 'hidden'], admin: [...SEEN, 'hidden'], member: ['own'] },
    only: 'the person who made the connection, an owner or an admin',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type Access = keyof typeof ACCESS;

export const ruleOf = (access: Access): Rule => ACCESS[access];

/** An action on one connection: its route has the connection's `:id` in its path. */
export type ConnectionAccess = {
  [A in Access]: (typeof ACCESS)[A] extends { readonly on: unknown } ? A : never;
}[Access];

export const isOnConnection = (access: Access): boolean => ruleOf(access).on !== undefined;

const refuse = (only: string): Permission => ({ allowed: false, reason: `Only ${only} may do this.` });

/** Whether the subject may do it at all. */
export const permitsSubject = (access: Access, subject: RoleOrKey): Permission => {
  const { who, only } = ruleOf(access);
  return who === 'anybody' || who.includes(subject) ? { allowed: true } : refuse(only);
};

/** Whether the subject may do it to a connection of this standing. */
export const permitsOn = (access: Access, subject: RoleOrKey, standing: Standing): Permission => {
  const { on, only } = ruleOf(access);
  const first = permitsSubject(access, subject);
  if (!first.allowed) return first;
  return (on?.[subject] ?? SEEN).includes(standing) ? first : refuse(only);
};

/** Of a connection that the viewer sees. A private one is seen by its maker only. */
export const standingOf = (
  connection: { readonly createdBy: string; readonly privacy: 'workspace' | 'private' | 'team' },
  personId: string,
): Standing => {
  if (connection.createdBy === personId) return 'own';
  return connection.privacy === 'private' ? 'hidden' : connection.privacy;
};

/** Which roles a role may give to others, and take from them: nobody rises above whoever lets them in. */
const GIVES: Readonly<Record<Role, readonly Role[]>> = {
  owner: ['owner', 'admin', 'member', 'viewer'],
  admin: ['admin', 'member', 'viewer'],
  member: [],
  viewer: [],
};

export const mayGive = (giver: Role, role: Role): Permission =>
  GIVES[giver].includes(role) ? { allowed: true } : refuse(role === 'owner' ? 'an owner' : 'an owner or an admin');
