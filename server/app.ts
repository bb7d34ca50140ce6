/** The HTTP server, ready to listen or to be asked by tests. */
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { serveConsole } from './console.js';
import { answerError } from './errors.js';
import { addHeaders } from './headers.js';
import { describeApi } from './openapi.js';
import type { ServerOptions } from './options.js';
import { register } from './register.js';
import type { RouteSpec } from './route.js';
import { routes } from './routes/index.js';

const MAX_BODY_BYTES = 1_048_576;

/** @param onRoute told of every route that there is, as Fastify knows them */
export const buildApp = async (
  options: ServerOptions,
  onRoute: (route: { readonly method: string | readonly string[]; readonly url: string }) => void = () => undefined,
): Promise<FastifyInstance> => {
  const { logger, trustedProxies } = options;
  const app = fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    // Addresses of links bear a token, so addresses are not logged; `onResponse` below logs the route.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    exposeHeadRoutes: false,
    requestTimeout: 60_000,
    // What is refused before a route is found, such as an address with a parameter that is too long.
    frameworkErrors: answerError,
  });
  app.addHook('onRoute', onRoute);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.decorateRequest('context', undefined);
  await addHeaders(app, options.publicUrl);
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions;
    request.log.debug({ method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  // Forms are never sent to the API; what is not JSON is refused.
  app.removeContentTypeParser('text/plain');
  await describeApi(app, options.publicUrl);
  for (const route of Object.values(routes)) register(app, options, route as unknown as RouteSpec);
  await serveConsole(app, options);
  return app;
};
