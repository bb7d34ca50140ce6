/** The document of the API, from the shapes of the routes. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { type Access, isOnConnection, ruleOf } from './access.js';
import { ownVersion } from '../process/own-command.js';

const description = `Whatever the console and xads can do. Ids of X are strings; days are YYYY-MM-DD in the zone of the ad account;
instants are ISO 8601 in UTC; sums of X's numbers are strings of digits, money in micros. Errors: docs/errors.md.`;

const isRoute = (config: object): config is { readonly access: Access } => 'access' in config;

/** Before the routes are registered: it collects them. */
export const describeApi = async (app: FastifyInstance, publicUrl: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'X Ads Importer', version: ownVersion(), description },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          api_key: { type: 'http', scheme: 'bearer', description: 'An API key: `xads_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'session',
            description: 'The session of a person in a browser.',
          },
        },
      },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route);
      const config = route.route.config ?? {};
      if (!isRoute(config)) return { schema: { ...schema, hide: true }, url };
      const { access } = config;
      const { who, only } = ruleOf(access);
      const keyed = who !== 'anybody' && who.includes('read_key') ? [{ api_key: [] }] : [];
      const written = who !== 'anybody' && who.includes('read_write_key') ? [{ api_key: [] }] : keyed;
      return {
        schema: {
          ...schema,
          tags: [isOnConnection(access) ? 'connections' : 'workspace'],
          ...(access === 'public' ? {} : { description: `For ${only}.`, security: [{ session: [] }, ...written] }),
        },
        url,
      };
    },
  });
};
