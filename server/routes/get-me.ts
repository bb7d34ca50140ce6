import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { X_API_URL } from '../../domain/addresses.js';
import { ownVersion } from '../../process/own-command.js';
import { type Access, permitsSubject } from '../access.js';
import { defineRoute } from '../route.js';
import { permissionShape, roleShape, teamNameShape } from '../shapes.js';
import { personOf } from '../sign-in.js';

/** What the console shows or disables, by the row of the table. */
const CAN = {
  connect: 'add_connection',
  seePeople: 'see_people',
  invite: 'invite',
  manageMembers: 'manage_members',
  manageTeams: 'manage_teams',
  manageApiKeys: 'manage_api_keys',
  manageNotifications: 'manage_notifications',
  seeAudit: 'see_audit',
  seeHiddenConnections: 'see_hidden_connections',
} as const satisfies Readonly<Record<string, Access>>;
type Can = keyof typeof CAN;
const abilities = Object.keys(CAN) as Can[];

const workspaceShape = { id: z.guid(), name: z.string() };
const version = ownVersion();

export const getMe = defineRoute({
  name: 'getMe',
  method: 'GET',
  path: '/me',
  access: 'own_account',
  summary: 'Who is signed in, where, as what, and what they may do.',
  answer: z.strictObject({
    person: z.strictObject({ id: z.guid(), name: z.string(), email: z.string() }),
    workspace: z.strictObject(workspaceShape),
    workspaces: z.array(z.strictObject({ ...workspaceShape, role: roleShape })),
    role: roleShape,
    teams: z.array(teamNameShape),
    can: z.record(z.enum(abilities), permissionShape),
    /** X is the simulator. */
    simulated: z.boolean(),
    serverTime: instantShape,
    version: z.string(),
  }),
  handle: (context) => {
    const { person, memberships, workspaceId, subject } = personOf(context.asker);
    const here = memberships.find((membership) => membership.workspaceId === workspaceId);
    return Promise.resolve({
      person,
      workspace: { id: workspaceId, name: here?.workspaceName ?? '' },
      workspaces: memberships.map(({ workspaceId: id, workspaceName: name, role }) => ({ id, name, role })),
      role: context.viewer.role,
      teams: [...(here?.teams ?? [])],
      can: Object.fromEntries(abilities.map((name) => [name, permitsSubject(CAN[name], subject)])) as Record<
        Can,
        ReturnType<typeof permitsSubject>
      >,
      simulated: context.options.xApiUrl !== X_API_URL,
      serverTime: new Date().toISOString(),
      version,
    });
  },
});
