import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerError, notFound } from './errors.js';
import { pagePolicy, setPolicy } from './headers.js';
import type { ServerOptions } from './options.js';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>X Ads Importer</title>
<h1>The console is not built yet</h1>
<p>Run <code>npm run build</code>, then start the server again. The API answers under <code>/api/v1</code> meanwhile.</p>
</html>
`;

/** Stands in index.html for the nonce, which is another one in each answer. */
const PLACEHOLDER = '__NONCE__';

const LONGEST_S = 31_536_000;

/** The files of the console; every other address that is not of the API is its index.html, which finds the page itself. */
export const serveConsole = async (app: FastifyInstance, options: ServerOptions): Promise<void> => {
  const folder = options.consoleFolder;
  const index = folder === undefined ? undefined : join(folder, 'index.html');
  const html = index !== undefined && existsSync(index) ? readFileSync(index, 'utf8') : NOT_BUILT;

  const page = (reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString('base64');
    return setPolicy(reply, pagePolicy(nonce, options.xApiUrl))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(PLACEHOLDER, nonce));
  };

  if (html !== NOT_BUILT && folder !== undefined) {
    await app.register(fastifyStatic, {
      root: folder,
      index: false,
      // What is not allowed is answered below, by the page.
      allowedPath: (path) => path !== '/index.html' && !path.endsWith('/'),
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Files under assets/ bear a hash of their content in their name.
        const isHashed = path.includes('/assets/');
        void reply.header('cache-control', isHashed ? `public, max-age=${LONGEST_S}, immutable` : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply) => {
    const { pathname } = new URL(request.url, 'http://here');
    const isPage = request.method === 'GET' && !/^\/(api|x|assets|healthz|readyz)(\/|$)/.test(pathname);
    return isPage ? page(reply) : answerError(notFound('address'), request, reply);
  });
};
