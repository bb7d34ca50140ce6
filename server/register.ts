import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { getConnection, getVisibleConnection } from '../store/connection/connections.js';
import { isOnConnection, permitsOn, permitsSubject, standingOf } from './access.js';
import { errorShape, forbidden, notFound, signedOut } from './errors.js';
import { identify } from './identify.js';
import type { ServerOptions } from './options.js';
import { type ConnectionContext, pathOf, type PublicContext, type RouteContext, type RouteSpec } from './route.js';
import { answeredOnce } from './repeat.js';
import { requireSameOrigin } from './same-origin.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What its route is handled with, once it is known that it may be. */
    context: PublicContext | undefined;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const signedIn = (context: PublicContext): RouteContext => {
  const { asker, options } = context;
  if (asker === undefined) throw signedOut();
  const { viewer } = asker;
  return { ...context, asker, viewer, importer: options.importerFor(viewer, viewer.personId) };
};

/**
 * The context of an action on a connection. One that is hidden from the asker does not exist for them, except for the
 * actions that the table permits on it: those act through its maker's eyes.
 */
const onConnection = async (context: RouteContext, route: RouteSpec, id: string): Promise<ConnectionContext> => {
  const { db, viewer, asker, options } = context;
  const known = UUID.test(id);
  const seen = known ? await getVisibleConnection(db, viewer, id) : undefined;
  if (seen !== undefined) {
    const permission = permitsOn(route.access, asker.subject, standingOf(seen, viewer.personId));
    if (!permission.allowed) throw forbidden(permission.reason);
    return { ...context, connection: seen };
  }
  if (!known || !permitsOn(route.access, asker.subject, 'hidden').allowed) throw notFound('connection');
  const hidden = await getConnection(db, id);
  if (hidden === undefined || hidden.workspaceId !== viewer.workspaceId) throw notFound('connection');
  const eyes = { ...viewer, personId: hidden.createdBy, teamIds: hidden.teamId === null ? [] : [hidden.teamId] };
  return { ...context, connection: hidden, importer: options.importerFor(eyes, viewer.personId) };
};

/** Judges by the table whether the route may be handled, before anything of the request is read further. */
const contextOf = async (
  options: ServerOptions,
  route: RouteSpec,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<PublicContext> => {
  const { access } = route;
  const asker = await identify(options, request, reply);
  const context: PublicContext = { options, db: options.db, asker, ip: request.ip, request, reply };
  if (access === 'public') return context;
  const within = signedIn(context);
  const permission = permitsSubject(access, within.asker.subject);
  if (!permission.allowed) throw forbidden(permission.reason);
  return isOnConnection(access)
    ? await onConnection(within, route, (request.params as { readonly id: string }).id)
    : within;
};

/** What is documented of an answer that is no refusal. */
const successOf = (answer: RouteSpec['answer'], status: number): Readonly<Record<number, z.ZodType>> => {
  if (answer === 'nothing') return { 204: z.null().describe('Done; there is no body.') };
  if (answer === 'redirect') return { 303: z.null().describe('It leads elsewhere, by the header `location`.') };
  return { [status]: answer };
};

/** The route as Fastify's. Who asks is known, and may do it, before anything of the request is read further. */
export const register = (app: FastifyInstance, options: ServerOptions, route: RouteSpec): void => {
  const { access, params = {}, query = {}, body = {}, answer, status = 200, method } = route;
  if (isOnConnection(access) && !('id' in params)) throw new Error(`${route.name} is on a connection and has no :id`);
  const hasBody = Object.keys(body).length > 0;
  app.route({
    method,
    url: pathOf(route),
    config: { access, name: route.name },
    schema: {
      summary: route.summary,
      operationId: route.name,
      params: z.strictObject(params),
      // Pages are led to by others, who may say more than they read.
      querystring: route.base === '' ? z.looseObject(query) : z.strictObject(query),
      ...(hasBody ? { body: z.strictObject(body) } : {}),
      response: { ...successOf(answer, status), '4xx': errorShape, '5xx': errorShape },
    },
    onRequest: async (request, reply) => {
      const bearer = request.headers.authorization !== undefined;
      requireSameOrigin(request, options.publicUrl, access !== 'public' && !bearer);
      request.context = await contextOf(options, route, request, reply);
    },
    handler: async (request, reply) => {
      // The table has judged which context this is; the types of `defineRoute` say the same.
      const context = request.context as never;
      const input = { params: request.params, query: request.query, body: hasBody ? request.body : {} } as never;
      const other = await route.text?.(context, input);
      if (other !== undefined) {
        void reply.header('content-disposition', `attachment; filename="${other.file}"`).type(other.type);
        return reply.serializer(String).send(other.text);
      }
      const work = () => route.handle(context, input);
      const answered = route.repeatable === true ? await answeredOnce(context, route.name, work) : await work();
      if (answer === 'nothing') return reply.code(204).send();
      if (answer === 'redirect') return reply.redirect((answered as { readonly location: string }).location, 303);
      return reply.code(status).send(answered);
    },
  });
};
