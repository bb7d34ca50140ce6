import { randomBytes } from 'node:crypto';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { adsError, ApiError } from './errors.js';
import { stringify } from './json.js';
import { DEFAULTS, MAX_CALLBACKS, type SimulatorOptions } from './options.js';
import { accountRoutes } from './routes/ads/accounts.js';
import { creativeRoutes } from './routes/ads/creatives.js';
import { entityRoutes } from './routes/ads/entities.js';
import { jobRoutes } from './routes/ads/jobs.js';
import { reachRoutes } from './routes/ads/reach.js';
import { checkVersion, AdsRoutes } from './routes/ads/routes.js';
import { statsRoutes } from './routes/ads/stats.js';
import { controlRoutes } from './routes/control/control.js';
import { addFaultHooks } from './routes/control/fault-hooks.js';
import { fileRoutes } from './routes/files/files.js';
import { oauthRoutes } from './routes/oauth/tokens.js';
import { Simulator } from './state/simulator.js';

/**
 * The simulated X Ads API as a server: OAuth, the Ads API, the result host and the control calls on one address.
 * It shares no code with the importer: a shared mistake would make a wrong importer and a wrong simulator agree.
 */
export interface RunningSimulator {
  readonly url: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly simulator: Simulator;
  readonly app: FastifyInstance;
  readonly close: () => Promise<void>;
}

/** Headers of every answer (docs/x-ads-api.md §1, §11, §17.2). `date` is data time. */
const commonHeaders = (simulator: Simulator, reply: FastifyReply): void => {
  reply.raw.sendDate = false;
  void reply.headers({
    date: new Date(simulator.clock.data()).toUTCString(),
    'x-current-api-version': '12',
    'x-access-level': 'read-write',
    'x-transaction': randomBytes(8).toString('hex'),
  });
};

const isOfTheApi = (path: string): boolean => /^\/\d+(\.\d+)?\//.test(path);

const refuse = (error: unknown, reply: FastifyReply): FastifyReply => {
  if (error instanceof ApiError) {
    const { status, headers = {} } = error.refusal;
    return reply.code(status).headers(headers).type('application/json;charset=utf-8').send(stringify(error.body()));
  }
  if (error instanceof ZodError) return reply.code(400).send({ error: error.issues });
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`simulator: ${message}\n`);
  const body = adsError(500, 'INTERNAL_ERROR', 'An internal error occurred').body();
  return reply.code(500).type('application/json;charset=utf-8').send(stringify(body));
};

/**
 * The refusal of a wrong version, a wrong method or an unknown route. Null outside the API, where X's gateway answers
 * with an HTML page (docs/x-ads-api.md §12).
 */
const notFound = (routes: AdsRoutes, request: FastifyRequest): ApiError | null => {
  const path = (request.originalUrl.split('?', 1)[0] ?? '/').replace(/\.json$/, '');
  if (!isOfTheApi(path)) return null;
  checkVersion(path.split('/')[1] ?? '');
  const isKnown = routes.known.some(({ pattern }) => pattern.test(path));
  return isKnown
    ? adsError(405, 'METHOD_NOT_ALLOWED', `${request.method} is not allowed`)
    : adsError(404, 'ROUTE_NOT_FOUND', 'The requested route was not found');
};

const withoutJsonSuffix = (url: string | undefined): string => {
  const [path = '/', query] = (url ?? '/').split('?', 2);
  // Old clients append `.json` (docs/x-ads-api.md §1). The signature covers the path as it was sent.
  return `${path.replace(/\.json$/, '')}${query === undefined ? '' : `?${query}`}`;
};

const acceptBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
};

const build = (simulator: Simulator): FastifyInstance => {
  const app = fastify({
    rewriteUrl: (request) => withoutJsonSuffix(request.url),
    routerOptions: { maxParamLength: 500 },
    bodyLimit: 10_485_760,
    forceCloseConnections: true,
  });
  acceptBodies(app);
  const routes = new AdsRoutes(app, simulator);
  const received = new WeakMap<FastifyRequest, number>();
  app.addHook('onRequest', async (request, reply) => {
    received.set(request, simulator.clock.wire());
    commonHeaders(simulator, reply);
  });
  addFaultHooks(app, simulator);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    if (route.startsWith('/_simulator')) return;
    simulator.log.called(request.method, route, reply.statusCode);
    if (reply.statusCode === 401)
      simulator.log.unauthorized(request.method, route, received.get(request) ?? simulator.clock.wire());
  });
  app.setErrorHandler((error, _request, reply) => refuse(error, reply));
  app.setNotFoundHandler((request, reply) => {
    const error = notFound(routes, request);
    return error === null
      ? reply.code(404).type('text/html; charset=utf-8').send('<!doctype html><title>404</title><h1>Not Found</h1>')
      : refuse(error, reply);
  });
  accountRoutes(routes);
  entityRoutes(routes);
  creativeRoutes(routes);
  statsRoutes(routes);
  reachRoutes(routes);
  jobRoutes(routes);
  fileRoutes(app, simulator);
  oauthRoutes(app, simulator);
  controlRoutes(app, simulator);
  return app;
};

/**
 * Starts a simulator in this process. It keeps everything in memory, and listens on 127.0.0.1 by default.
 *
 * @throws Error when more callbacks are given than an app can have, or when the address cannot be listened on.
 */
export const createSimulator = async (options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> => {
  const complete: SimulatorOptions = { ...DEFAULTS, ...options };
  if (complete.callbacks.length > MAX_CALLBACKS) {
    throw new Error(`An app has at most ${MAX_CALLBACKS} callback addresses; ${complete.callbacks.length} were given.`);
  }
  const simulator = new Simulator(complete);
  const app = build(simulator);
  const listening = await app.listen({ host: complete.host ?? '127.0.0.1', port: complete.port });
  simulator.url = complete.url ?? listening;
  return {
    url: simulator.url,
    consumerKey: complete.consumerKey,
    consumerSecret: complete.consumerSecret,
    simulator,
    app,
    close: () => app.close(),
  };
};
