import type { FastifyReply, FastifyRequest } from 'fastify';
import { useApiKey } from '../store/people/api-keys.js';
import { membershipsOf } from '../store/people/memberships.js';
import type { Db } from '../store/pool.js';
import type { Asker } from './asker.js';
import type { Auth } from './auth.js';

const BEARER = /^Bearer (xads_[\w-]{20,})$/;

const byKey = async (db: Db, authorization: string): Promise<Asker | undefined> => {
  const key = BEARER.exec(authorization)?.[1];
  const apiKey = key === undefined ? undefined : await useApiKey(db, key);
  if (apiKey === undefined) return undefined;
  const { id, name, workspaceId, scope } = apiKey;
  // A key sees what is shared with its workspace, and what was made with it; nobody's private connections.
  return {
    kind: 'api_key',
    apiKey: { id, name },
    workspaceId,
    subject: scope === 'read' ? 'read_key' : 'read_write_key',
    viewer: {
      kind: 'member',
      workspaceId,
      personId: `key:${id}`,
      teamIds: [],
      role: scope === 'read' ? 'viewer' : 'member',
    },
  };
};

const byCookie = async (db: Db, auth: Auth, request: FastifyRequest, reply: FastifyReply) => {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  const asked = auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
  const { response: found, headers } = await asked.catch(async (error: unknown) => {
    // better-auth hides that the database is away; this throws the database's own error then.
    await db.query('select');
    throw error;
  });
  const renewed = headers.getSetCookie();
  if (renewed.length > 0) void reply.header('set-cookie', renewed);
  if (found === null) return undefined;
  const { user, session } = found;
  const memberships = await membershipsOf(db, user.id);
  const [first] = memberships;
  const active = memberships.find(({ workspaceId }) => workspaceId === session.activeWorkspaceId) ?? first;
  // Whoever is in no workspace any more is signed in nowhere.
  if (active === undefined) return undefined;
  const { workspaceId, role, teams } = active;
  return {
    kind: 'person',
    person: { id: user.id, name: user.name, email: user.email },
    session: { id: session.id },
    memberships,
    workspaceId,
    subject: role,
    viewer: { kind: 'member', workspaceId, personId: user.id, teamIds: teams.map(({ id }) => id), role },
  } satisfies Asker;
};

/** Who sends a request: an API key where it brings one, else the person whose session its cookie names. */
export const identify = (
  { db, auth }: { readonly db: Db; readonly auth: Auth },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Asker | undefined> => {
  const { authorization } = request.headers;
  return authorization === undefined ? byCookie(db, auth, request, reply) : byKey(db, authorization);
};
